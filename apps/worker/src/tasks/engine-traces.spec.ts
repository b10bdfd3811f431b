import { LocalArtifactStore } from '@app/artifact-store';
import { engineTraceKey, type EngineFile } from '@app/contracts';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EngineTraces } from './engine-traces.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const [A, B] = ['http://a:8188', 'http://b:8188'];
const FILE: EngineFile = { name: 'x.png', subfolder: '', type: 'temp' };

describe('EngineTraces', () => {
  let root: string;
  let store: LocalArtifactStore;
  let traces: EngineTraces;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-traces-'));
    store = new LocalArtifactStore(root);
    traces = new EngineTraces(store);
  });
  afterEach(() => rm(root, { recursive: true }));

  it('keeps every engine, with its prompts and files', async () => {
    expect(await traces.read(ID)).toBeUndefined();
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    await traces.addPrompt(ID, A, first);
    await traces.addPrompt(ID, B, second);
    await traces.addPrompt(ID, A, third);
    await traces.addFiles(ID, B, [FILE]);
    expect(await traces.read(ID)).toEqual({
      version: 1,
      engines: [
        { engine: A, prompts: [first, third], files: [] },
        { engine: B, prompts: [second], files: [FILE] },
      ],
    });
  });

  it('remembers the latest prompts of a task that never comes to an end', async () => {
    const ids = Array.from({ length: 25 }, () => randomUUID());
    for (const id of ids) await traces.addPrompt(ID, A, id);
    expect((await traces.read(ID))?.engines[0]?.prompts).toEqual(ids.slice(-20));
  });

  it('takes one that cannot be understood for one that says nothing', async () => {
    await store.put(engineTraceKey(ID), Buffer.from('{"version":2}'), 'application/json');
    expect(await traces.read(ID)).toBeUndefined();
    await traces.addPrompt(ID, A, randomUUID());
    expect((await traces.read(ID))?.engines).toHaveLength(1);
  });
});
