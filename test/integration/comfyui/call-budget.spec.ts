import { afterEach, describe, expect, it } from 'vitest';
import type { FakePrompt } from '../../support/fake-comfyui-prompt.js';
import { FakeRun, LIMITS, until } from './fake-run.js';

/** One second of these runs is 10 ms here, in the client's clocks and in the engine's. */
const SECOND_MS = 10;
const PACE = {
  pollMs: SECOND_MS,
  firstLookMs: 30 * SECOND_MS,
  laterLookMs: 600 * SECOND_MS,
  deafMs: 3 * SECOND_MS,
  historyMs: 30,
};

let on: FakeRun;
afterEach(() => on.close());

const seconds = (count: number): Promise<void> => {
  const endMs = performance.now() + count * SECOND_MS;
  return until(() => performance.now() >= endMs);
};

async function runFor(prompt: FakePrompt, count: number): Promise<void> {
  prompt.start();
  prompt.node('11');
  prompt.node('6', 0, 1);
  await seconds(count);
  prompt.node('6');
  prompt.node('12');
  prompt.output('12', 'p_00001_.png');
  await prompt.succeed();
}

describe.each([
  ['with jobs', {}],
  ['without jobs', { hasJobs: false, hasCancel: false }],
])('calls beside upload, submit and view, a server %s', (_what, options) => {
  it.each([
    [0, 1],
    [15, 1],
    [600, 2],
  ])('a run of %i s costs %i, the socket being well', async (length, calls) => {
    on = await FakeRun.start(options, PACE);
    on.fake.script = (prompt) => runFor(prompt, length);
    expect((await on.run()).images).toHaveLength(1);
    // One more, once for each socket, where the server has to be asked whether it knows jobs.
    expect(on.questions.filter((question) => !question.includes('/api/jobs')).length).toBeLessThanOrEqual(
      calls,
    );
    expect(on.questions.length).toBeLessThanOrEqual(calls + ('hasJobs' in options ? 1 : 0));
  });

  it('a prompt that waited 4 minutes behind another and then ran 5 costs two', async () => {
    on = await FakeRun.start(options, PACE);
    on.fake.queueRemaining = 2;
    on.fake.script = async (prompt) => {
      await seconds(240);
      on.fake.broadcastStatus();
      await runFor(prompt, 300);
    };
    let turnComes: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      turnComes = resolve;
    });
    const running = on.run({ turn, limits: { ...LIMITS, queuedMs: 1_000 } });
    await seconds(240);
    turnComes();
    expect((await running).images).toHaveLength(1);
    expect(on.questions.filter((question) => !question.includes('/api/jobs')).length).toBeLessThanOrEqual(2);
  });
});

it('without jobs, the server is asked for them once for each socket', async () => {
  on = await FakeRun.start({ hasJobs: false, hasCancel: false }, PACE);
  on.fake.script = (prompt) => runFor(prompt, 60);
  for (let run = 0; run < 3; run++) await on.run();
  expect(on.fake.count('GET', /^\/api\/jobs/)).toBe(1);
});
