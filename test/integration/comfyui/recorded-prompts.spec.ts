import type { ComfyEvent, ComfyGraph, HistoryEntry } from '@app/comfyui';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun } from './fake-run.js';

interface Recorded {
  name: string;
  prompt_id: string;
  graph: ComfyGraph;
  frames: ComfyEvent[];
  history: HistoryEntry;
}

const FILE = join(import.meta.dirname, '../../fixtures/comfyui/recorded-prompts.json');
const { prompts } = JSON.parse(readFileSync(FILE, 'utf8')) as { prompts: Recorded[] };

const EXPECTED: Record<string, object> = {
  success: ['t04_00001_.png'],
  cached: ['t04_00001_.png'],
  'CUDA out of memory': { code: 'out_of_memory', node: { id: '2', type: 'ProbeRaise' } },
  'corrupt image': { code: 'bad_image', node: { id: '1', type: 'LoadImage' } },
  'node error': { code: 'unknown', message: 'ProbeRaise (node 2) failed: RuntimeError: probe failure' },
  interrupted: { code: 'unknown' },
};

describe('what a real ComfyUI v0.27.1 sent', () => {
  let on: FakeRun;
  beforeEach(async () => {
    on = await FakeRun.start();
    on.fake.files.set('t04_00001_.png', Buffer.from('picture'));
  });
  afterEach(() => on.close());

  it('is all covered', () => {
    expect(prompts.map(({ name }) => name).sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(prompts)('$name', async ({ name, prompt_id, graph, frames, history }) => {
    on.fake.script = (prompt) => {
      const replay = <T>(recorded: T): T =>
        JSON.parse(JSON.stringify(recorded).replaceAll(prompt_id, prompt.id)) as T;
      on.fake.history.set(prompt.id, replay(history));
      for (const frame of replay(frames)) prompt.send(frame);
    };
    const outcome: unknown = await on
      .run({ graph, outputNodeId: '4' })
      .then(({ images }) => images.map(({ filename }) => filename))
      .catch((error: unknown) => error);
    expect(outcome).toMatchObject(EXPECTED[name] ?? {});
    expect(on.questions).toHaveLength(1);
    const percents = on.progress.map(({ percent }) => percent ?? -1);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(percents.at(-1)).toBeLessThan(100);
  });
});
