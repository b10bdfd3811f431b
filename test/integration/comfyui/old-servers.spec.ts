import { cancelPrompt } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakePrompt } from '../../support/fake-comfyui-prompt.js';
import { FakeRun, LIMITS, until } from './fake-run.js';

/** No jobs, no cancel route, and an interrupt that hits whatever runs: ComfyUI v0.3.45. */
const OLDEST = { hasJobs: false, hasCancel: false, hasAimedInterrupt: false };

let on: FakeRun;
let prompts: FakePrompt[];
beforeEach(async () => {
  on = await FakeRun.start(OLDEST);
  prompts = [];
  on.fake.script = (prompt) => {
    prompts.push(prompt);
    if (prompts.length > 1) return;
    run(prompt);
  };
});
afterEach(() => on.close());

function run(prompt: FakePrompt): void {
  prompt.start();
  void prompt.interrupted.then(() => prompt.endInterrupted());
}

const started = async (count: number): Promise<string[]> => {
  const ids = Array.from({ length: count }, () => randomUUID());
  for (const [index, promptId] of ids.entries()) {
    on.run({ promptId, limits: { ...LIMITS, queuedMs: 60_000 } }).catch(() => undefined);
    await until(() => prompts.length === index + 1);
  }
  return ids;
};
const interrupts = (): number => on.fake.count('POST', /^\/interrupt/);

describe('a server whose interrupt hits whatever runs', () => {
  it('is told to interrupt when ours runs, after a look into its queue', async () => {
    const [ours = ''] = await started(1);
    const looks = on.fake.count('GET', /^\/queue/);
    expect(await cancelPrompt(on.client, ours, 3_000)).toEqual({ state: 'cancelled' });
    expect(interrupts()).toBe(1);
    expect(on.fake.count('GET', /^\/queue/)).toBeGreaterThanOrEqual(looks + 2);
  });

  it('is told to dequeue when ours waits, and the one that runs goes on', async () => {
    const [theirs = '', ours = ''] = await started(2);
    expect(await cancelPrompt(on.client, ours, 3_000)).toEqual({ state: 'cancelled' });
    expect(interrupts()).toBe(0);
    expect(on.fake.prompts.map(({ id, state }) => [id, state])).toEqual([[theirs, 'running']]);
  });

  it('is not told to interrupt when ours has ended between the look and the interrupt', async () => {
    const [ours = '', theirs = ''] = await started(2);
    let looks = 0;
    on.fake.intercept = async (request) => {
      if (!request.path.startsWith('/queue') || request.method !== 'GET') return undefined;
      looks += 1;
      if (looks !== 1) return undefined;
      // It answers that ours runs; by the next call theirs does.
      const answer = on.fake.answer(request);
      const body: unknown = structuredClone(answer.body);
      prompts[0]!.output('12', 'p_00001_.png');
      await prompts[0]!.succeed();
      run(prompts[1]!);
      return { ...answer, body };
    };
    expect(await cancelPrompt(on.client, ours, 3_000)).toMatchObject({ state: 'finished' });
    expect(interrupts()).toBe(0);
    expect(on.fake.prompts.find(({ id }) => id === theirs)?.state).toBe('running');
  });

  it('is left alone when its queue does not show that ours is the only one that runs', async () => {
    const [ours = ''] = await started(2);
    run(prompts[1]!);
    expect(await cancelPrompt(on.client, ours, 300)).toEqual({ state: 'still_running' });
    expect(interrupts()).toBe(0);
  });
});

describe('a server with jobs and without the cancel route', () => {
  it('is told to interrupt by the prompt, so that no second look is needed', async () => {
    await on.close();
    on = await FakeRun.start({ hasCancel: false });
    on.fake.script = (prompt) => {
      prompts.push(prompt);
      run(prompt);
    };
    const [ours = ''] = await started(1);
    expect(await cancelPrompt(on.client, ours, 3_000)).toEqual({ state: 'cancelled' });
    const interrupt = on.fake.requests.find(({ path }) => path.startsWith('/interrupt'));
    expect(JSON.parse(String(interrupt?.body))).toEqual({ prompt_id: ours });
    expect(on.fake.count('GET', /^\/queue/)).toBe(0);
  });
});
