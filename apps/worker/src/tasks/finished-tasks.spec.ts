import { LocalArtifactStore } from '@app/artifact-store';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FinishedTasks } from './finished-tasks.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const ENGINE = { name: 'comfyui' as const, version: '0.27.1' };

describe('FinishedTasks', () => {
  let root: string;
  let store: LocalArtifactStore;
  let finished: FinishedTasks;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-finished-'));
    store = new LocalArtifactStore(root);
    finished = new FinishedTasks(store);
  });

  afterEach(() => rm(root, { recursive: true }));

  const save = (text: string) => finished.save(ID, { data: Buffer.from(text), width: 4, height: 3 }, ENGINE);
  const files = async () => (await readdir(join(root, 'results'))).sort();

  it('names a picture after its content, and finds it again', async () => {
    expect(await finished.find(ID)).toBeUndefined();
    const saved = await save('first');
    expect(saved.result.key).toBe(`results/${ID}.${saved.result.sha256.slice(0, 16)}.png`);
    expect(saved).toMatchObject({ result: { width: 4, height: 3, bytes: 5 }, engine: ENGINE });
    expect(await finished.find(ID)).toEqual(saved);
  });

  it('keeps the first result when a second worker ends the same task', async () => {
    const first = await save('first');
    expect(await save('second')).toEqual(first);
    expect((await store.read(first.result.key)).toString()).toBe('first');
    expect(await files()).toEqual([first.result.key.slice('results/'.length), `${ID}.json`]);
  });

  it('keeps the picture when both made the same one', async () => {
    const first = await save('same');
    expect(await save('same')).toEqual(first);
    expect(await store.exists(first.result.key)).toBe(true);
  });

  it('does not count a note whose picture is gone', async () => {
    await store.delete((await save('first')).result.key);
    expect(await finished.find(ID)).toBeUndefined();
    const second = await save('second');
    expect(await finished.find(ID)).toEqual(second);
    expect(await files()).toHaveLength(2);
  });
});
