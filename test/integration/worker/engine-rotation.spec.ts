import { runPrompt } from '@app/comfyui';
import { TaskFailure } from '@app/contracts';
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { blameOf } from '../../../apps/worker/src/engines/engine-blame.js';
import { NoEngineAnswers } from '../../../apps/worker/src/engines/no-engine.errors.js';
import { quickest } from '../../support/quickest.js';
import { FakeComfy } from '../../support/fake-comfyui.js';
import { StartedEngines } from './started-engines.js';

describe('Engines', () => {
  let first: FakeComfy;
  let second: FakeComfy;

  beforeEach(async () => void ([first, second] = [await FakeComfy.start(), await FakeComfy.start()]));
  afterEach(async () => void (await Promise.all([first.close(), second.close()])));

  const unwell = new TaskFailure('upstream_garbage', 'POST /upload/image gave a page');

  /** Accepts every connection and never answers. */
  async function startBlackHole(): Promise<string> {
    const hole = createServer((socket) => onTestFinished(() => void socket.destroy()));
    onTestFinished(() => void hole.close());
    await new Promise<void>((ready) => hole.listen(0, '127.0.0.1', ready));
    return `http://127.0.0.1:${(hole.address() as AddressInfo).port}`;
  }

  /** Three tasks that fail there, one after the other. */
  async function failThrice(started: StartedEngines, comfy: FakeComfy): Promise<void> {
    for (let failures = 0; failures < 3; failures++) {
      const lane = await started.take('person', failures % 2 === 0 ? undefined : other(comfy).url);
      lane.leave();
      started.engine(comfy.url).failed(unwell);
    }
  }

  const other = (comfy: FakeComfy): FakeComfy => (comfy === first ? second : first);

  it('gives tasks to the healthy one after three failures, and one task to the sick one 5 s later', async () => {
    const started = await StartedEngines.startOpen([first.url, second.url]);
    const sick = started.engine(first.url);
    await failThrice(started, first);
    const openedAt = Date.now();
    expect(sick.circuitState).toBe('open');
    expect(started.gate.room).toEqual({ running: 1, ahead: 1 });
    expect(sick.problems).toEqual(['has failed repeatedly (POST /upload/image gave a page)']);
    const taken = [await started.take(), await started.take()];
    expect(taken.map(({ engine }) => engine.address)).toEqual([second.url, second.url]);
    await started.until(() => sick.circuitState === 'half_open');
    expect(Date.now() - openedAt).toBeGreaterThan(4_900);
    expect(started.gate.room).toEqual({ running: 2, ahead: 1 });
    const probe = await started.take();
    expect([probe.engine, probe.isAhead]).toEqual([sick, false]);
    expect(sick.lanes.free).toBeNull();
    sick.succeeded('person');
    probe.leave();
    expect(sick.circuitState).toBe('closed');
    expect(started.gate.room).toEqual({ running: 2, ahead: 2 });
  });

  it('takes an engine out again where the task that tried it failed', async () => {
    const started = await StartedEngines.startOpen([first.url]);
    const sick = started.engine(first.url);
    await failThrice(started, first);
    expect(started.gate.closedBecause).toContain('has failed repeatedly');
    const probe = await started.take();
    expect(sick.circuitState).toBe('half_open');
    sick.failed(unwell);
    probe.leave();
    expect(sick.circuitState).toBe('open');
    const openedAt = Date.now();
    const again = await started.take();
    expect(Date.now() - openedAt).toBeGreaterThan(9_900);
    again.leave();
  });

  it("does not hold a photo's own failures against an engine, nor one bad result", async () => {
    const started = await StartedEngines.startOpen([first.url]);
    const engine = started.engine(first.url);
    const fail = (code: TaskFailure['code']) => engine.failed(new TaskFailure(code, 'x'));
    for (let times = 0; times < 5; times++) {
      for (const code of ['bad_image', 'workflow_invalid', 'out_of_memory'] as const) fail(code);
      fail('bad_output');
      engine.succeeded('person');
    }
    for (let times = 0; times < 3; times++) fail('bad_output');
    expect(engine.circuitState).toBe('closed');
    fail('bad_output');
    expect(engine.circuitState).toBe('open');
  });

  it('blames an engine that does not stop, or goes away with a prompt, not one that stops in time', async () => {
    const { client } = new StartedEngines([first.url]).engine(first.url);
    const blame = async ({ cancelMs = 500 } = {}) => {
      const graph = { '1': { class_type: 'LoadImage', inputs: {} } };
      const limits = { queuedMs: 500, runMs: 500, silentMs: 500, cancelMs, unreachableMs: 500 };
      const run = runPrompt(client, { graph, promptId: randomUUID(), outputNodeId: '1', limits });
      return blameOf(await run.catch((error: unknown) => error));
    };
    first.script = (prompt) => {
      prompt.start();
      void prompt.interrupted.then(() => prompt.endInterrupted());
    };
    expect(await blame({ cancelMs: 10_000 })).toBe('not');
    first.ignoresInterrupts = true;
    expect(await blame()).toBe('engine');
    first.script = () => first.forgetEverything();
    expect(await blame()).toBe('not');
    first.script = () => first.close();
    expect(await blame()).toBe('engine');
    expect(await blame()).toBe('engine');
  });

  it('looks four times a second at engines that are away while a task waits for one', async () => {
    const { port } = first;
    await second.close();
    const tookMs = await quickest(1_500, async () => {
      await first.close();
      const started = StartedEngines.start([first.url]);
      const waiting = started.take();
      first = await FakeComfy.start({ port });
      const backAt = Date.now();
      expect((await waiting).engine.address).toBe(first.url);
      await started.stop();
      return Date.now() - backAt;
    });
    expect(tookMs).toBeLessThan(1_500);
  });

  it('is not held up by an engine that accepts and never answers', async () => {
    const started = StartedEngines.start([await startBlackHole(), first.url]);
    const lane = await started.take();
    expect(lane.engine.ref).toEqual({ name: 'comfyui', version: '0.27.1' });
    expect(started.engines.views.map(({ reachable }) => reachable)).toEqual([false, true]);
  });

  it('says of an address where something else answers that it is no ComfyUI', async () => {
    first.intercept = ({ path }) =>
      path === '/system_stats' ? { status: 200, body: '<html>Welcome</html>' } : undefined;
    const started = StartedEngines.start([first.url]);
    const engine = started.engine(first.url);
    await started.until(() => /not as ComfyUI does/.test(engine.problems[0] ?? ''));
    await started.until(() => engine.circuitState === 'open');
    expect(started.gate.closedBecause).toBe('no engine of COMFYUI_URLS answers');
    expect(started.lines.join('')).toContain('not as ComfyUI does');
  });

  it('takes an engine out whose queue stands still, and says what to do', async () => {
    const started = await StartedEngines.startOpen([first.url]);
    const engine = started.engine(first.url);
    const lane = await started.take();
    const body = JSON.stringify({ prompt: {}, prompt_id: crypto.randomUUID(), client_id: 'x' });
    await fetch(`${first.url}/prompt`, { method: 'POST', body });
    await started.until(() => !engine.isInRotation, 25_000);
    expect(engine.problems).toEqual(['has a queue that stands still; restart ComfyUI']);
    expect(started.gate.closedBecause).toContain('restart ComfyUI');
    first.forgetEverything();
    lane.leave();
    await started.until(() => started.gate.closedBecause === null);
  });

  it('gives up after the wait with the reason, and ends it when the worker has to stop', async () => {
    const started = StartedEngines.start([await startBlackHole()]);
    const stop = new AbortController();
    const request = { taskType: 'person' };
    const late = started.lanes.take(request, stop.signal, Date.now() + 300);
    const stopped = started.lanes.take(request, stop.signal, Date.now() + 60_000);
    await expect(late).rejects.toThrow(NoEngineAnswers);
    await expect(late).rejects.toMatchObject({ code: 'engine_unreachable' });
    stop.abort(new Error('The worker is stopping.'));
    await expect(stopped).rejects.toThrow('The worker is stopping.');
  });

  it('finds an engine again by its address, without the password of its URL', () => {
    const { engines } = new StartedEngines(['http://photo:s3cret@127.0.0.1:8188/comfy/', second.url]);
    expect(engines.find('http://127.0.0.1:8188/comfy')?.address).toBe('http://127.0.0.1:8188/comfy');
    expect(engines.find('http://127.0.0.1:8190')).toBeUndefined();
    expect(JSON.stringify(engines.views)).not.toContain('s3cret');
  });

  it('asks for memory where it ran out, and takes no harm where the engine does not listen', async () => {
    const { engines, lines } = new StartedEngines([first.url]);
    const { client } = engines.find(first.url)!;
    const run = (error: Error) =>
      engines.freeingMemory(client, async () => {
        throw error;
      });
    const outOfMemory = new TaskFailure('out_of_memory', 'CUDA out of memory');
    await expect(run(outOfMemory)).rejects.toBe(outOfMemory);
    const asked = first.requests.find(({ path }) => path === '/free');
    expect(JSON.parse(String(asked?.body))).toEqual({ unload_models: true, free_memory: true });
    await first.close();
    await expect(run(outOfMemory)).rejects.toBe(outOfMemory);
    expect(lines.at(-1)).toContain('could not be asked to free its memory');
    await expect(run(unwell)).rejects.toBe(unwell);
    expect(lines).toHaveLength(2);
  });
});
