import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun, LIMITS, succeed, until } from './fake-run.js';

let on: FakeRun;
let left: string[];
beforeEach(async () => {
  on = await FakeRun.start();
  left = [];
});
afterEach(() => on.close());

const onLeft = (): void => {
  left.push(on.fake.count('GET', /^\/view/) === 0 ? 'before the download' : 'after it');
};
const never = new Promise<void>(() => undefined);

describe('a turn', () => {
  it('lets a prompt wait behind our own for as long as they take', async () => {
    const running = on.run({ turn: never, limits: { ...LIMITS, queuedMs: 50 } });
    await until(() => on.fake.prompts.length === 1);
    const waitUntil = performance.now() + 300;
    await until(() => performance.now() > waitUntil);
    await succeed(on.fake.prompts[0]!);
    expect((await running).images).toHaveLength(1);
    expect(on.cancels).toEqual([]);
  });

  it('starts the clock of queuedMs, and wakes whoever sleeps', async () => {
    let turnComes: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      turnComes = resolve;
    });
    const running = on.run({ turn, limits: { ...LIMITS, queuedMs: 100 } });
    running.catch(() => undefined);
    await until(() => on.fake.prompts.length === 1);
    const startedAt = performance.now();
    turnComes();
    await expect(running).rejects.toMatchObject({
      code: 'timed_out',
      message: 'The engine did not start the prompt within 100 ms; it was cancelled',
    });
    // Where the clock does not start, the run ends after 20 s.
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('that came before the submission counts from the acceptance', async () => {
    const running = on.run({ turn: Promise.resolve(), limits: { ...LIMITS, queuedMs: 100 } });
    await expect(running).rejects.toMatchObject({ code: 'timed_out' });
  });

  it('that is refused changes nothing: the signal withdraws', async () => {
    const stop = new AbortController();
    const reason = new Error('withdrawn');
    const turn = Promise.reject(reason);
    turn.catch(() => undefined);
    const running = on.run({ turn, signal: stop.signal });
    await until(() => on.fake.prompts.length === 1);
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(on.cancels).toEqual(['cancelled']);
    expect(on.fake.prompts).toEqual([]);
  });

  it('does not stretch the run limit of a prompt that the engine has started', async () => {
    on.fake.script = (prompt) => {
      prompt.start();
      void prompt.interrupted.then(() => prompt.endInterrupted());
    };
    const running = on.run({ turn: never, limits: { ...LIMITS, runMs: 200 } });
    await expect(running).rejects.toMatchObject({ message: expect.stringContaining('ran longer') as string });
  });
});

describe('onLeft', () => {
  it('is called once, before the download', async () => {
    on.fake.script = succeed;
    await on.run({ onLeft });
    expect(left).toEqual(['before the download']);
  });

  it('is called for a prompt that fails', async () => {
    on.fake.script = (prompt) => prompt.fail('6', 'RuntimeError', 'no');
    await expect(on.run({ onLeft })).rejects.toMatchObject({ code: 'unknown' });
    expect(left).toHaveLength(1);
  });

  it('is called for one that is lost', async () => {
    on.fake.script = () => on.fake.forgetEverything();
    await expect(on.run({ onLeft })).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    expect(left).toHaveLength(1);
  });

  it.each(['is taken out of the queue', 'is interrupted', 'finishes meanwhile'])(
    'is called for one that is aborted and %s',
    async (how) => {
      const stop = new AbortController();
      on.fake.script = (prompt) => {
        if (how === 'is taken out of the queue') return;
        prompt.start();
        prompt.output('12', 'p_00001_.png');
        void prompt.interrupted.then(() =>
          how === 'is interrupted' ? prompt.endInterrupted() : prompt.succeed(),
        );
      };
      const running = on.run({ onLeft, signal: stop.signal });
      running.catch(() => undefined);
      await until(() => on.fake.prompts.length === 1);
      stop.abort(new Error('enough'));
      await expect(running).rejects.toThrow('enough');
      expect(left).toHaveLength(1);
    },
  );

  it('is not called while the engine may still have it', async () => {
    on.fake.ignoresInterrupts = true;
    on.fake.script = (prompt) => prompt.start();
    const limits = { ...LIMITS, runMs: 100, cancelMs: 100 };
    await expect(on.run({ onLeft, limits })).rejects.toMatchObject({ code: 'timed_out' });
    on.fake.script = (prompt) => {
      prompt.start();
      on.fake.intercept = () => ({ status: 0, drop: true });
      on.fake.cutSockets();
    };
    const unreachable = on.run({ onLeft, limits: { ...LIMITS, unreachableMs: 100 } });
    await expect(unreachable).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    expect(left).toEqual([]);
  });

  it('is not called for a prompt that the engine never took', async () => {
    on.fake.intercept = ({ path }) => (path === '/prompt' ? { status: 400, body: {} } : undefined);
    await expect(on.run({ onLeft })).rejects.toMatchObject({ code: 'workflow_invalid' });
    expect(left).toEqual([]);
  });

  it('is called by resumePrompt, too, once', async () => {
    on.fake.script = succeed;
    const promptId = '0192f000-0000-7000-8000-000000000009';
    await on.run({ promptId });
    const views = on.fake.count('GET', /^\/view/);
    let viewsWhenLeft = -1;
    const onResumedLeft = (): void => {
      viewsWhenLeft = on.fake.count('GET', /^\/view/);
      left.push('resumed');
    };
    expect((await on.resume(promptId, { onLeft: onResumedLeft }))?.images).toHaveLength(1);
    expect(left).toEqual(['resumed']);
    expect(viewsWhenLeft).toBe(views);
  });
});
