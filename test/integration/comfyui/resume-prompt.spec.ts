import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FakePrompt } from '../../support/fake-comfyui-prompt.js';
import { FakeRun, GRAPH, LIMITS, succeed, until } from './fake-run.js';

let on: FakeRun;
let id: string;

/** Submits a prompt as a process that is gone by now did: under a client id that nobody listens to. */
async function leavePrompt(script: (prompt: FakePrompt) => void | Promise<void>): Promise<FakePrompt> {
  on.fake.script = script;
  const body = JSON.stringify({ prompt: GRAPH, prompt_id: id, client_id: randomUUID() });
  await fetch(`${on.fake.url}/prompt`, { method: 'POST', body });
  return on.fake.prompts[0]!;
}

const submissions = (): number => on.fake.count('POST', /^\/prompt$/);

const start = async (options = {}): Promise<void> => {
  on = await FakeRun.start(options);
  id = randomUUID();
};

describe.each([
  ['with jobs', {}],
  ['without jobs', { hasJobs: false, hasCancel: false }],
])('resumePrompt, a server %s', (_what, options) => {
  beforeEach(() => start(options));
  afterEach(() => on.close());

  it('adopts what has finished meanwhile', async () => {
    await leavePrompt(succeed);
    await until(() => on.fake.history.has(id));
    expect(await on.resume(id)).toEqual({
      images: [{ data: Buffer.from('picture'), filename: 'p_00001_.png' }],
      files: [{ name: 'p_00001_.png', subfolder: '', type: 'output' }],
    });
    expect(submissions()).toBe(1);
    expect(on.cancels).toEqual([]);
  });

  it('goes on watching what waits and then runs, without a word of its socket', async () => {
    const prompt = await leavePrompt(() => undefined);
    const resumed = on.resume(id);
    await until(() => on.progress.some(({ stage }) => stage === 'waiting_for_engine'));
    prompt.state = 'running';
    await until(() => on.progress.some(({ stage }) => stage === 'running'));
    prompt.output('12', 'p_00001_.png');
    await prompt.succeed();
    expect((await resumed)?.images).toHaveLength(1);
    expect(submissions()).toBe(1);
  });

  it('cancels what it watches when the signal aborts', async () => {
    const reason = new Error('enough');
    const stop = new AbortController();
    await leavePrompt((prompt) => {
      prompt.start();
      void prompt.interrupted.then(() => prompt.endInterrupted());
    });
    const resumed = on.resume(id, { signal: stop.signal });
    await until(() => on.progress.some(({ stage }) => stage === 'running'));
    stop.abort(reason);
    await expect(resumed).rejects.toBe(reason);
    expect(on.cancels).toEqual(['cancelled']);
  });
});

describe('resumePrompt', () => {
  beforeEach(() => start());
  afterEach(() => on.close());

  it('cancels what runs for longer than the limit', async () => {
    await leavePrompt((prompt) => {
      prompt.start();
      void prompt.interrupted.then(() => prompt.endInterrupted());
    });
    const resumed = on.resume(id, { limits: { ...LIMITS, runMs: 500 } });
    await expect(resumed).rejects.toMatchObject({ code: 'timed_out' });
  });

  it('fails with the reason when what it watches fails', async () => {
    await leavePrompt((prompt) => {
      prompt.start();
      void until(() => on.progress.some(({ stage }) => stage === 'running')).then(() =>
        prompt.fail('6', 'torch.OutOfMemoryError', 'CUDA out of memory.'),
      );
    });
    await expect(on.resume(id)).rejects.toMatchObject({ code: 'out_of_memory', node: { id: '6' } });
  });

  it('has lost what it watches when the engine comes back empty', async () => {
    await leavePrompt((prompt) => prompt.start());
    const resumed = on.resume(id);
    await until(() => on.progress.some(({ stage }) => stage === 'running'));
    on.fake.forgetEverything();
    await expect(resumed).rejects.toMatchObject({ code: 'engine_lost_prompt' });
  });

  it('finds nothing to take up in what is interrupted at last', async () => {
    await leavePrompt((prompt) => {
      prompt.start();
      void until(() => on.progress.some(({ stage }) => stage === 'running')).then(() =>
        prompt.endInterrupted(),
      );
    });
    expect(await on.resume(id)).toBeUndefined();
    expect(on.cancels).toEqual([]);
  });

  describe('finds nothing to take up', () => {
    it('where the engine does not know it, after a second look', async () => {
      expect(await on.resume(id)).toBeUndefined();
      expect(on.fake.count('GET', /^\/api\/jobs/)).toBe(2);
    });

    it('but in a prompt that only the second look finds', async () => {
      await leavePrompt(succeed);
      await until(() => on.fake.history.has(id));
      let looks = 0;
      on.fake.intercept = ({ path }) => {
        looks += 1;
        if (looks > 2) return undefined;
        return path.startsWith('/api/jobs') ? { status: 404, body: {} } : { status: 200, body: {} };
      };
      expect((await on.resume(id))?.images).toHaveLength(1);
    });

    it.each([
      ['that failed', (prompt: FakePrompt) => prompt.fail('6', 'RuntimeError', 'no')],
      ['that was interrupted', (prompt: FakePrompt) => prompt.endInterrupted()],
      ['without an image', (prompt: FakePrompt) => prompt.succeed()],
      [
        'whose file is gone',
        (prompt: FakePrompt) => {
          on.fake.files.clear();
          return succeed(prompt);
        },
      ],
    ])('in a prompt %s', async (_what, script) => {
      await leavePrompt(script);
      await until(() => on.fake.history.has(id));
      expect(await on.resume(id)).toBeUndefined();
    });

    it('where the engine does not answer', async () => {
      await on.fake.close();
      expect(await on.resume(id)).toBeUndefined();
    });
  });
});
