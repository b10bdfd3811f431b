import type { TaskEvent } from '@app/contracts';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FakePrompt } from '../../support/fake-comfyui-prompt.js';
import { FakeComfy } from '../../support/fake-comfyui.js';
import { witness } from '../messaging/test-worker.js';
import { withWorkingDay } from './working-day.js';

describe('a task and an engine that fails', () => {
  const day = withWorkingDay();
  let comfy: FakeComfy;
  /** What becomes of the first, the second, … prompt; the last one is for all others. */
  let scripts: ((prompt: FakePrompt) => void | Promise<void>)[];

  beforeEach(async () => {
    comfy = await FakeComfy.start();
    comfy.files.set('result.png', await sharp(day.photo).png().toBuffer());
    scripts = [succeed];
    let prompts = 0;
    comfy.script = (prompt) => scripts[Math.min(prompts++, scripts.length - 1)]?.(prompt);
  });
  afterEach(() => comfy.close());

  const submissions = (): number => comfy.count('POST', /^\/prompt$/);

  it('ends at once with the reason when the photo is to blame, and is kept for the operator', async () => {
    scripts = [fail('11', 'PIL.UnidentifiedImageError', 'cannot identify image file')];
    await day.startWorker(comfy.url);
    const failed = await day.reach(await day.submit(), 'failed');
    expect(failed).toMatchObject({
      attempts: 1,
      output: null,
      error: { code: 'bad_image', node: { type: 'LoadImage' } },
    });
    const original = await day.api.fetch(failed.urls.original);
    expect(Buffer.from(await original.arrayBuffer()).equals(day.photo)).toBe(true);
    await day.expectQuiet(1);
    const parked = await day.vhost.take('photo_repair.parking');
    expect(parked.properties.headers).toMatchObject({ 'x-parked-reason': 'bad_image' });
  });

  it('is tried again after growing delays when it may help, and ends with the reason at last', async () => {
    scripts = [fail('6', 'RuntimeError', 'a hiccup')];
    const events = await witness(day.vhost);
    await day.startWorker(comfy.url);
    const id = await day.submit();
    const failed = await day.reach(id, 'failed');
    expect(failed).toMatchObject({ attempts: 3, error: { message: expect.stringContaining('a hiccup') } });
    expect(submissions()).toBe(3);
    expect(retriesOf(id, events)).toEqual([
      { attempt: 1, code: 'unknown', retryAfterMs: 1_000, counted: true },
      { attempt: 2, code: 'unknown', retryAfterMs: 2_000, counted: true },
    ]);
    await day.expectQuiet(1);
    await day.vhost.take('photo_repair.parking');
  });

  it('has the engine free its memory before it is tried again', async () => {
    scripts = [fail('6', 'torch.OutOfMemoryError', 'CUDA out of memory.'), succeed];
    const order: string[] = [];
    comfy.intercept = ({ method, path, body }) => {
      if (method === 'POST' && path === '/prompt') order.push('prompt');
      if (path === '/free') order.push(`free ${String(body)}`);
      return undefined;
    };
    const events = await witness(day.vhost);
    await day.startWorker(comfy.url);
    const id = await day.submit();
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 2, error: null });
    expect(retriesOf(id, events)).toMatchObject([{ code: 'out_of_memory', retryAfterMs: 2_000 }]);
    expect(order).toEqual(['prompt', 'free {"unload_models":true,"free_memory":true}', 'prompt']);
    await day.expectQuiet();
  });

  it('uses an attempt when the engine went away with it', async () => {
    scripts = [
      (prompt) => {
        prompt.start();
        comfy.forgetEverything();
      },
      succeed,
    ];
    const events = await witness(day.vhost);
    await day.startWorker(comfy.url);
    const id = await day.submit();
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 2 });
    expect(retriesOf(id, events)).toMatchObject([{ code: 'engine_lost_prompt' }]);
    await day.expectQuiet();
  });

  it('takes a result that came too late, instead of asking again', async () => {
    comfy.ignoresInterrupts = true;
    scripts = [(prompt) => prompt.start()];
    await day.startWorker(comfy.url, { RUN_TIMEOUT: '1s', RETRY_DELAYS: '10s' });
    const id = await day.submit();
    await day.until(id, { status: 'queued', attempts: 1, error: { code: 'timed_out' } });
    comfy.prompts[0]?.output('12', 'result.png');
    await comfy.prompts[0]?.succeed();
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 2, error: null });
    expect(submissions()).toBe(1);
    await day.expectQuiet();
  });

  it('that does not stop when its worker has to: the next worker takes what comes of it', async () => {
    comfy.ignoresInterrupts = true;
    scripts = [(prompt) => prompt.start()];
    const first = await day.startWorker(comfy.url, { SHUTDOWN_GRACE: '100ms' });
    const id = await day.submit();
    await day.until(id, { progress: { stage: 'running' } });
    expect(await first.end('SIGTERM')).toBe(0);
    expect(await day.reach(id, 'queued')).toMatchObject({ attempts: 1, error: null });
    const second = await day.startWorker(comfy.url);
    await vi.waitFor(() => expect(second.output).toContain('"found":"running"'), { timeout: 20_000 });
    comfy.prompts[0]?.output('12', 'result.png');
    await comfy.prompts[0]?.succeed();
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 1 });
    expect(second.output).not.toContain('worker that died');
    expect(submissions()).toBe(1);
    await day.expectQuiet();
  });

  it('is not taken while no engine answers, and says why', async () => {
    const { port } = comfy;
    await comfy.close();
    const worker = await day.startWorker(comfy.url);
    const id = await day.submit();
    await day.vhost.expectReady({ 'photo_repair.work.person': 1 });
    const readiness = await fetch(`${worker.url}/readyz`);
    expect(readiness.status).toBe(503);
    expect(await readiness.json()).toMatchObject({
      checks: { engine: 'No tasks are taken: no engine of COMFYUI_URLS answers.' },
    });
    expect(await day.api.task(id)).toMatchObject({ status: 'queued', attempts: 0 });
    comfy = await FakeComfy.start({ port });
    comfy.files.set('result.png', await sharp(day.photo).png().toBuffer());
    comfy.script = succeed;
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 1, error: null });
    expect(await worker.ready()).toBe(true);
    await day.expectQuiet();
  });

  it('stays the same attempt, however often, where no engine has had anything of it', async () => {
    let uploads = 0;
    comfy.intercept = ({ path }) => {
      if (!path.startsWith('/upload')) return undefined;
      uploads += 1;
      return uploads <= 3 ? { status: 503, body: 'starting' } : undefined;
    };
    const events = await witness(day.vhost);
    const worker = await day.startWorker(comfy.url, { RETRY_ATTEMPTS: '0', ENGINE_WAIT: '4s' });
    const id = await day.submit();
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 1, error: null });
    expect(uploads).toBe(4);
    // After three in a row the engine is left alone for a while, and the task waits in line.
    expect(worker.output).toMatch(/has failed repeatedly.*no tasks begin/);
    expect(retriesOf(id, events)[0]).toMatchObject({
      attempt: 1,
      code: 'engine_unreachable',
      counted: false,
    });
    await day.expectQuiet();
  });

  it('goes to the healthy one of two engines, and soon no task is tried with the other', async () => {
    const sick = await FakeComfy.start();
    onTestFinished(() => sick.close());
    let refused = 0;
    sick.intercept = ({ path }) => {
      if (!path.startsWith('/upload')) return undefined;
      refused += 1;
      return { status: 200, body: '<html>Bad gateway</html>' };
    };
    await day.startWorker(`${sick.url},${comfy.url}`, { WORKER_LOOKAHEAD: '0' });
    const ids = [];
    const begunAt = Date.now();
    for (let n = 0; n < 8; n++) ids.push(await day.submit());
    for (const id of ids) await day.reach(id, 'succeeded');
    expect(submissions()).toBe(8);
    // Three until it was out, and one each time when it was tried again: after 5 s, then after 10, then after 20.
    const seconds = (Date.now() - begunAt) / 1000;
    expect(refused).toBeGreaterThan(0);
    expect(refused).toBeLessThanOrEqual(3 + [5, 15, 35, 75].filter((again) => again < seconds).length);
    await day.expectQuiet();
  });
});

/** Why and how it was tried again, in order. */
function retriesOf(taskId: string, events: readonly TaskEvent[]) {
  return events
    .filter((event) => event.kind === 'retrying')
    .filter((event) => event.taskId === taskId)
    .map(({ attempt, failure, retryAfterMs, counted }) => ({
      attempt,
      code: failure.code,
      retryAfterMs,
      counted,
    }));
}

async function succeed(prompt: FakePrompt): Promise<void> {
  prompt.start();
  prompt.output('12', 'result.png');
  await prompt.succeed();
}

function fail(nodeId: string, type: string, message: string) {
  return (prompt: FakePrompt): Promise<void> => {
    prompt.start();
    return prompt.fail(nodeId, type, message);
  };
}
