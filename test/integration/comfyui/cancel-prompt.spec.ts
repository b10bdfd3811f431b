import { cancelPrompt, encodeBinaryFrame } from '@app/comfyui';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRun, LIMITS, until } from './fake-run.js';

const reason = new Error('shutting down');

const SERVERS = [
  ['with the cancel route', {}],
  ['with jobs only', { hasCancel: false }],
  ['without jobs', { hasJobs: false, hasCancel: false }],
] as const;

describe.each(SERVERS)('a server %s', (_what, options) => {
  let on: FakeRun;
  beforeEach(async () => {
    on = await FakeRun.start(options);
  });
  afterEach(() => on.close());

  it('stops a running prompt when the signal aborts, and says so', async () => {
    const stop = new AbortController();
    on.fake.script = (prompt) => {
      prompt.start();
      void prompt.interrupted.then(() => prompt.endInterrupted());
    };
    const running = on.run({ signal: stop.signal });
    await until(() => on.progress.some(({ stage }) => stage === 'running'));
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(on.cancels).toEqual(['cancelled']);
    expect(on.fake.prompts.map(({ state }) => state)).toEqual(['finished']);
  });

  it('takes a waiting prompt out of the queue and leaves the others', async () => {
    const stop = new AbortController();
    const other = on.run({ signal: AbortSignal.timeout(60_000), limits: { ...LIMITS, queuedMs: 60_000 } });
    other.catch(() => undefined);
    await until(() => on.fake.prompts.length === 1);
    const running = on.run({ signal: stop.signal });
    await until(() => on.fake.prompts.length === 2);
    const [first] = on.fake.prompts;
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(on.cancels).toEqual(['cancelled']);
    expect(on.fake.prompts).toEqual([first]);
    first?.start();
    first?.output('12', 'p_00001_.png');
    await first?.succeed();
    expect((await other).images).toHaveLength(1);
  });

  it('admits that a prompt runs on when the interrupt does nothing', async () => {
    const stop = new AbortController();
    on.fake.ignoresInterrupts = true;
    on.fake.script = (prompt) => prompt.start();
    const running = on.run({ signal: stop.signal, limits: { ...LIMITS, cancelMs: 600 } });
    await until(() => on.progress.some(({ stage }) => stage === 'running'));
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(on.cancels).toEqual(['still_running']);
  });

  it('repeats an interrupt that was wiped out', async () => {
    const stop = new AbortController();
    on.fake.ignoresInterrupts = true;
    on.fake.script = (prompt) => {
      prompt.start();
      void prompt.interrupted.then(() => prompt.endInterrupted());
    };
    const running = on.run({ signal: stop.signal, limits: { ...LIMITS, cancelMs: 10_000 } });
    await until(() => on.progress.some(({ stage }) => stage === 'running'));
    const tellings = (): number =>
      on.fake.count('POST', options === SERVERS[0][1] ? /cancel$/ : /^\/interrupt/);
    stop.abort(reason);
    await until(() => tellings() === 1);
    on.fake.ignoresInterrupts = false;
    await expect(running).rejects.toBe(reason);
    expect(on.cancels).toEqual(['cancelled']);
    expect(tellings()).toBe(2);
  });

  it('knows no such prompt', async () => {
    const outcome = await cancelPrompt(on.client, '0192f000-0000-7000-8000-000000000003', 3_000);
    expect(outcome).toEqual({ state: 'unknown_prompt' });
  });
});

describe('limits and aborts', () => {
  let on: FakeRun;
  beforeEach(async () => {
    on = await FakeRun.start();
  });
  afterEach(() => on.close());

  it('an abort before the start sends nothing', async () => {
    await expect(on.run({ signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    expect(on.fake.requests).toEqual([]);
  });

  it('an abort during the submission waits for it and cancels', async () => {
    const stop = new AbortController();
    on.fake.intercept = (request) => {
      if (request.path !== '/prompt') return undefined;
      stop.abort(reason);
      return undefined;
    };
    await expect(on.run({ signal: stop.signal })).rejects.toBe(reason);
    expect(on.cancels).toEqual(['cancelled']);
    expect(on.fake.prompts).toEqual([]);
  });

  it('an abort during the download cancels nothing', async () => {
    const stop = new AbortController();
    on.fake.script = (prompt) => {
      prompt.start();
      prompt.output('12', 'p_00001_.png');
      return prompt.succeed();
    };
    on.fake.intercept = ({ path }) => {
      if (!path.startsWith('/view')) return undefined;
      stop.abort(reason);
      return { status: 0, drop: true };
    };
    await expect(on.run({ signal: stop.signal })).rejects.toBe(reason);
    expect(on.cancels).toEqual([]);
  });

  it('queuedMs: a prompt that never starts is taken out', async () => {
    const limits = { ...LIMITS, queuedMs: 300 };
    await expect(on.run({ limits })).rejects.toMatchObject({
      code: 'timed_out',
      message: 'The engine did not start the prompt within 300 ms; it was cancelled',
    });
    expect(on.fake.prompts).toEqual([]);
  });

  it('runMs: a prompt that runs too long is interrupted', async () => {
    on.fake.script = (prompt) => {
      prompt.start();
      const talk = setInterval(() => prompt.node('6', 1, 4), 20);
      void prompt.interrupted.then(() => {
        clearInterval(talk);
        return prompt.endInterrupted();
      });
    };
    const limits = { ...LIMITS, runMs: 300 };
    await expect(on.run({ limits })).rejects.toMatchObject({
      code: 'timed_out',
      message: 'The prompt ran longer than 300 ms; it was cancelled',
    });
  });

  it('silentMs: a prompt that says nothing is interrupted, and one that cannot be is admitted', async () => {
    on.fake.ignoresInterrupts = true;
    on.fake.script = (prompt) => prompt.start();
    const limits = { ...LIMITS, silentMs: 200, cancelMs: 300 };
    await expect(on.run({ limits })).rejects.toMatchObject({
      code: 'timed_out',
      message: 'The running prompt gave no sign for 200 ms; it was told to stop and has not stopped yet',
    });
    expect(on.cancels).toEqual(['still_running']);
  });

  it('silentMs: previews that name the prompt are signs of life', async () => {
    on.fake.script = async (prompt) => {
      prompt.start();
      const place = {
        display_node_id: '6',
        parent_node_id: null,
        real_node_id: '6',
        image_type: 'image/jpeg',
      };
      const metadata = { ...place, node_id: '6', prompt_id: prompt.id };
      const frame = encodeBinaryFrame({ kind: 'preview_with_metadata', metadata, image: Buffer.alloc(4) });
      const stop = Date.now() + 900;
      await until(() => {
        for (const { ws } of on.fake.sockets) ws.send(frame);
        return Date.now() > stop;
      });
      prompt.output('12', 'p_00001_.png');
      await prompt.succeed();
    };
    const result = await on.run({ limits: { ...LIMITS, silentMs: 400 } });
    expect(result.images).toHaveLength(1);
  });

  it('adopts a result that comes while a late prompt is cancelled', async () => {
    on.fake.script = (prompt) => {
      prompt.start();
      prompt.output('12', 'p_00001_.png');
      void prompt.interrupted.then(() => prompt.succeed());
    };
    const result = await on.run({ limits: { ...LIMITS, runMs: 200 } });
    expect(result.images).toHaveLength(1);
    expect(on.cancels).toEqual(['finished']);
  });

  it('says when the engine cannot be reached to cancel', async () => {
    const stop = new AbortController();
    on.fake.script = (prompt) => prompt.start();
    const running = on.run({ signal: stop.signal, limits: { ...LIMITS, cancelMs: 500 } });
    await until(() => on.progress.some(({ stage }) => stage === 'running'));
    on.fake.intercept = () => ({ status: 0, drop: true });
    stop.abort(reason);
    await expect(running).rejects.toBe(reason);
    expect(on.cancels).toEqual(['unreachable']);
  });
});
