import { ArtifactStoreUnavailable, LocalArtifactStore } from '@app/artifact-store';
import type { TaskMessage } from '@app/contracts';
import type { TaskDelivery, TaskEventPublisher } from '@app/messaging';
import { createLogger } from '@app/runtime';
import { loadCatalog } from '@app/workflow-catalog';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi, type MockInstance } from 'vitest';
import { EngineLanes } from '../../../apps/worker/src/engines/engine-lanes.js';
import { Engines } from '../../../apps/worker/src/engines/engines.js';
import { RunMetrics } from '../../../apps/worker/src/metrics/run-metrics.js';
import { readEnv, type WorkerEnv } from '../../../apps/worker/src/env.js';
import { CanonicalPhotos } from '../../../apps/worker/src/photos/canonical-photos.js';
import { CurrentRuns } from '../../../apps/worker/src/tasks/current-runs.js';
import { EngineTraces } from '../../../apps/worker/src/tasks/engine-traces.js';
import { FinishedTasks } from '../../../apps/worker/src/tasks/finished-tasks.js';
import { TaskConsumer } from '../../../apps/worker/src/tasks/task.consumer.js';
import { TaskEvents } from '../../../apps/worker/src/tasks/task-events.js';
import { TaskPrompts } from '../../../apps/worker/src/tasks/task-prompts.js';
import { TaskResults } from '../../../apps/worker/src/tasks/task-results.js';
import { TaskTakenBack } from '../../../apps/worker/src/tasks/task-taken-back.errors.js';
import { TaskRuns } from '../../../apps/worker/src/tasks/task-runs.js';
import { TaskTurn } from '../../../apps/worker/src/tasks/task-turn.js';
import { TaskRunner } from '../../../apps/worker/src/tasks/task.runner.js';
import { Results } from '../../../apps/worker/src/results/results.js';
import { FakeComfy, gpu } from '../../support/fake-comfyui.js';
import type { FakePrompt } from '../../support/fake-comfyui-prompt.js';

const logger = createLogger('test', 'silent');

describe('TaskRunner', () => {
  let root: string;
  let comfy: FakeComfy;
  let other: FakeComfy;
  let env: WorkerEnv;
  let runner: TaskRunner;
  let store: LocalArtifactStore;
  let engines: Engines;
  let metrics: RunMetrics;
  let lanes: EngineLanes;
  let events: TaskEvents;
  let traces: EngineTraces;
  let message: TaskMessage;
  let stop: AbortController;
  /** The prompts it wrote into the ledger, and how many the engines had by then. */
  let remembered: { id: string; engine: string; submitted: number }[];

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'photo-repair-runner-'));
    store = new LocalArtifactStore(root);
    [comfy, other] = [await FakeComfy.start(), await FakeComfy.start()];
    const photo = await picture(30);
    const result = await picture(90);
    for (const each of [comfy, other]) {
      each.files.set('result.png', result);
      each.script = succeed;
    }
    remembered = [];
    stop = new AbortController();
    env = readEnv({ COMFYUI_URLS: `${comfy.url},${other.url}`, ENGINE_WAIT: '1s', ENGINE_WARM_UP: 'false' });
    const catalog = loadCatalog('workflows');
    metrics = new RunMetrics();
    engines = new Engines(env, logger, catalog, metrics);
    lanes = new EngineLanes(logger, engines);
    engines.onApplicationBootstrap();
    onTestFinished(() => engines.onApplicationShutdown());
    await vi.waitFor(() => expect(lanes.room.running).toBe(2), { timeout: 15_000, interval: 10 });
    const photos = new CanonicalPhotos(store, env);
    traces = new EngineTraces(store);
    const finished = new FinishedTasks(store);
    const prompts = new TaskPrompts(env, engines, traces, logger);
    const results = new TaskResults(new Results(), finished, traces);
    const runs = new TaskRuns(env, catalog, photos);
    runner = new TaskRunner(runs, engines, lanes, prompts, results);
    const unheard = {
      publishUntilConfirmed: () => Promise.resolve(true),
      publish: () => Promise.resolve(),
    } as unknown as TaskEventPublisher;
    events = new TaskEvents(env, logger, unheard, engines);
    const taskId = randomUUID();
    const stored = await store.put(`canonical/${taskId}.png`, photo, 'image/png');
    const image = { key: `canonical/${taskId}.png`, mediaType: 'image/png' as const, width: 16, height: 16 };
    const submittedAt = new Date().toISOString();
    message = {
      version: 1,
      taskId,
      taskType: 'person',
      image: { ...image, ...stored },
      parameters: {},
      submittedAt,
    };
  });
  afterEach(async () => {
    await Promise.all([comfy.close(), other.close(), rm(root, { recursive: true })]);
  });

  function run(delivery: Partial<TaskDelivery> = {}) {
    const full = deliveryOf(delivery);
    return runner.run(full, new TaskTurn(full, new CurrentRuns(), events));
  }

  function deliveryOf(delivery: Partial<TaskDelivery>): TaskDelivery {
    return {
      message,
      attempt: 1,
      run: 1,
      crashCount: 0,
      earlierPrompt: null,
      rememberPrompt: (prompt) => {
        remembered.push({ ...prompt, submitted: submissions(comfy) + submissions(other) });
        return Promise.resolve();
      },
      signal: stop.signal,
      isAhead: false,
      begin: () => undefined,
      leave: () => undefined,
      ...delivery,
    };
  }

  /** How a run ends for the task server, with nobody to hear of its start and progress. */
  function settle(delivery: Partial<TaskDelivery> = {}) {
    const consumer = new TaskConsumer(env, logger, runner, events, new CurrentRuns(), metrics);
    return consumer.handle(deliveryOf(delivery));
  }

  /** A prompt as an earlier run has left it in an engine. */
  async function leavePrompt(engine: FakeComfy, script: FakeComfy['script']) {
    const id = randomUUID();
    engine.script = script;
    const body = JSON.stringify({ prompt: {}, prompt_id: id, client_id: randomUUID() });
    await fetch(`${engine.url}/prompt`, { method: 'POST', body });
    await vi.waitFor(() => expect(engine.prompts[0]?.state).not.toBe('pending'), { interval: 5 });
    engine.script = succeed;
    return { id, engine: engine.url };
  }

  it('remembers a prompt before the engine has it', async () => {
    const finished = await run();
    expect(finished.engine).toEqual({ name: 'comfyui', version: '0.27.1' });
    const [prompt] = remembered;
    expect(prompt).toMatchObject({ engine: comfy.url, submitted: 0 });
    expect(comfy.prompts[0]?.id).toBe(prompt?.id);
    expect(await store.exists(finished.result.key)).toBe(true);
  });

  it('traces the photo before the engine has it, and what nobody could guess when it is there', async () => {
    let tracedAtUpload: unknown;
    comfy.intercept = async ({ path }) => {
      if (path.startsWith('/upload')) tracedAtUpload = await traces.read(message.taskId);
      return undefined;
    };
    comfy.script = async (prompt) => {
      prompt.start();
      prompt.output('7', 'ComfyUI_temp_abcde_00001_.png', 'temp');
      prompt.output('12', 'result.png');
      await prompt.succeed();
    };
    await run();
    const engine = { engine: comfy.url, prompts: [remembered[0]?.id] };
    expect(tracedAtUpload).toEqual({ version: 1, engines: [{ ...engine, files: [] }] });
    const files = [
      { name: 'ComfyUI_temp_abcde_00001_.png', subfolder: '', type: 'temp' },
      { name: 'result.png', subfolder: '', type: 'output' },
    ];
    expect(await traces.read(message.taskId)).toEqual({ version: 1, engines: [{ ...engine, files }] });
  });

  it('costs at most two calls beside upload, submit and view', async () => {
    comfy.requests.length = other.requests.length = 0;
    await run();
    const [prompt] = remembered;
    const asked = [...comfy.requests, ...other.requests].map(({ method, path }) => `${method} ${path}`);
    const ofTheTask = asked.filter((line) => !/system_stats|GET \/prompt|GET \/queue/.test(line));
    const beside = ofTheTask.filter((line) => line.includes(prompt!.id));
    const main = ofTheTask.filter((line) => !beside.includes(line)).map((line) => line.split('?')[0]);
    expect(main).toEqual(['POST /upload/image', 'POST /prompt', 'GET /view']);
    expect(beside.length).toBeLessThanOrEqual(2);
  });

  it('takes the result of an earlier run from its engine, and submits nothing', async () => {
    const earlierPrompt = await leavePrompt(other, succeed);
    comfy.queueRemaining = 0;
    const { result } = await run({ earlierPrompt });
    expect(await store.exists(result.key)).toBe(true);
    expect([submissions(comfy), submissions(other)]).toEqual([0, 1]);
    expect(remembered).toEqual([]);
  });

  it.each([
    ['failed', (prompt: FakePrompt) => prompt.fail('6', 'RuntimeError', 'no')],
    ['was interrupted', (prompt: FakePrompt) => prompt.endInterrupted()],
    [
      'gave a picture that is none',
      (prompt: FakePrompt) => {
        other.files.set('broken.png', Buffer.from('no picture'));
        prompt.output('12', 'broken.png');
        return prompt.succeed();
      },
    ],
  ])('submits anew where the earlier prompt %s', async (_what, script) => {
    await run({ earlierPrompt: await leavePrompt(other, script) });
    expect(submissions(comfy) + submissions(other)).toBe(2);
    expect(remembered).toHaveLength(1);
  });

  it('submits to another engine where the earlier one is gone, or not one of its own', async () => {
    const earlierPrompt = await leavePrompt(other, succeed);
    await other.close();
    await run({ earlierPrompt });
    expect(submissions(comfy)).toBe(1);
    message = { ...message, taskId: randomUUID() };
    await run({ earlierPrompt: { ...earlierPrompt, engine: 'http://127.0.0.1:1' } });
    expect(submissions(comfy)).toBe(2);
  });

  it('does not begin anew what was watched for too long to be held for another run', async () => {
    const earlierPrompt = await leavePrompt(other, (prompt) => prompt.start());
    const resumed = run({ earlierPrompt });
    await untilAsked(other, /^\/api\/jobs/);
    const later = Date.now() + 60_000;
    const clock = vi.spyOn(Date, 'now').mockReturnValue(later);
    onTestFinished(() => clock.mockRestore());
    await other.prompts[0]?.endInterrupted();
    await expect(resumed).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    expect(remembered).toEqual([]);
  });

  it('submits nothing for a task that the broker has taken back, nor without a ledger', async () => {
    const lost = run({ rememberPrompt: () => Promise.reject(new Error('taken back')) });
    await expect(lost).rejects.toBeInstanceOf(TaskTakenBack);
    const full = new ArtifactStoreUnavailable(Object.assign(new Error(), { code: 'ENOSPC' }));
    await expect(run({ rememberPrompt: () => Promise.reject(full) })).rejects.toBe(full);
    expect(submissions(comfy) + submissions(other)).toBe(0);
  });

  it('goes to another engine where the one that was chosen takes no upload', async () => {
    const refusing = new Set<FakeComfy>();
    for (const each of [comfy, other]) {
      each.intercept = ({ path }) => {
        if (!path.startsWith('/upload')) return undefined;
        // Whichever is chosen first.
        if (refusing.size === 0) refusing.add(each);
        return refusing.has(each) ? { status: 503 } : undefined;
      };
    }
    await run();
    expect([...refusing].map(submissions)).toEqual([0]);
    expect(submissions(comfy) + submissions(other)).toBe(1);
  });

  it('does not wait for the whole time of an upload where the engine has fallen silent', async () => {
    for (const each of [comfy, other]) {
      each.intercept = ({ path }) => {
        if (!path.startsWith('/upload')) return undefined;
        // From now on it takes connections and says nothing.
        each.intercept = () => new Promise(() => undefined);
        return new Promise(() => undefined);
      };
    }
    await expect(run()).rejects.toMatchObject({
      code: 'engine_lost_prompt',
      message: 'The engine stopped answering while it took the photo',
    });
  });

  it('never says that no engine was reached once one has had the photo', async () => {
    for (const each of [comfy, other]) {
      each.intercept = ({ path }) => (path.startsWith('/upload') ? { status: 503 } : undefined);
    }
    await expect(run()).rejects.toMatchObject({ code: 'engine_unreachable' });
    for (const each of [comfy, other]) {
      each.intercept = ({ path }) => (path.startsWith('/upload') ? { status: 0, drop: true } : undefined);
    }
    await vi.waitFor(() => expect(lanes.room.running).toBe(2), { timeout: 15_000, interval: 10 });
    await expect(run()).rejects.toMatchObject({ code: 'engine_lost_prompt' });
    expect(submissions(comfy)).toBe(0);
  });

  describe('ends for the task server', () => {
    it('as succeeded, with what is stored', async () => {
      const settlement = await settle();
      expect(settlement).toMatchObject({ kind: 'succeeded', engine: { name: 'comfyui' }, gpu: null });
    });

    it('with the GPU that it ran on, also where it failed there', async () => {
      comfy.device = other.device = gpu({});
      await vi.waitFor(() => expect(engines.all.map((engine) => engine.gpu)).toEqual(['NVIDIA', 'NVIDIA']), {
        timeout: 15_000,
        interval: 10,
      });
      expect(await settle()).toMatchObject({ kind: 'succeeded', gpu: 'NVIDIA' });
      comfy.script = other.script = (prompt) => prompt.fail('6', 'RuntimeError', 'no');
      message = { ...message, taskId: randomUUID() };
      expect(await settle()).toMatchObject({ kind: 'retry', gpu: 'NVIDIA' });
    });

    it('as parked at once where the photo is broken, before any engine has heard of it', async () => {
      const stored = await store.put(message.image.key, Buffer.from('\x89PNG, or so it says'), 'image/png');
      message = { ...message, image: { ...message.image, ...stored } };
      expect(await settle()).toMatchObject({ kind: 'park', failure: { code: 'bad_image' } });
      expect([submissions(comfy), comfy.count('POST', /upload/), other.count('POST', /upload/)]).toEqual([
        0, 0, 0,
      ]);
      expect(await traces.read(message.taskId)).toBeUndefined();
    });

    it('as the same attempt again, later, where no engine answered for as long as it may be held', async () => {
      await Promise.all([comfy.close(), other.close()]);
      await vi.waitFor(() => expect(lanes.room.running).toBe(0), { timeout: 15_000, interval: 10 });
      expect(await settle({ attempt: 9 })).toEqual({
        kind: 'retry',
        delayMs: 30_000,
        counted: false,
        failure: {
          code: 'engine_unreachable',
          message: expect.stringMatching(
            /^No engine had a place for \d+ s: no engine of COMFYUI_URLS answers\.$/,
          ) as string,
        },
        gpu: undefined,
      });
    });

    describe('while its photo is still read and no engine has a place', () => {
      let reading: MockInstance;

      beforeEach(async () => {
        await Promise.all([comfy.close(), other.close()]);
        await vi.waitFor(() => expect(lanes.room.running).toBe(0), { timeout: 15_000, interval: 10 });
        reading = vi.spyOn(store, 'open').mockReturnValueOnce(new Promise(() => undefined));
      });

      it('as nothing, where it is stopped', async () => {
        const reason = new Error('stop');
        const settled = settle();
        await vi.waitFor(() => expect(reading).toHaveBeenCalled());
        stop.abort(reason);
        await expect(settled).rejects.toBe(reason);
      });

      it('as the same attempt again, later, where none had one for as long as it may be held', async () => {
        expect(await settle()).toMatchObject({ kind: 'retry', counted: false });
      });
    });

    it('as the next attempt, and parked after the last', async () => {
      comfy.script = other.script = (prompt) => prompt.fail('6', 'RuntimeError', 'no');
      expect(await settle()).toMatchObject({ kind: 'retry', delayMs: 5_000, counted: true });
      expect(await settle({ attempt: 3 })).toMatchObject({ kind: 'park', failure: { code: 'unknown' } });
    });

    it('as one attempt more, on the other engine, where the picture cannot be the photo’s', async () => {
      const black = { create: { width: 16, height: 16, channels: 3 as const, background: 'black' } };
      const result = comfy.files.get('result.png')!;
      for (const each of [comfy, other]) each.files.set('result.png', await sharp(black).png().toBuffer());
      expect(await settle()).toMatchObject({ kind: 'retry', counted: true, failure: { code: 'bad_output' } });
      const earlierPrompt = { id: remembered[0]!.id, engine: remembered[0]!.engine };
      const second = earlierPrompt.engine === comfy.url ? other : comfy;
      second.files.set('result.png', result);
      expect(await settle({ attempt: 2, run: 2, earlierPrompt })).toMatchObject({ kind: 'succeeded' });
      expect([submissions(comfy), submissions(other)]).toEqual([1, 1]);
    });

    it('as nothing, where it was stopped or the broker has taken it back', async () => {
      const reason = new Error('stop');
      comfy.script = other.script = () => stop.abort(reason);
      await expect(settle()).rejects.toBe(reason);
      stop = new AbortController();
      const takenBack = settle({ rememberPrompt: () => Promise.reject(new Error('taken back')) });
      await expect(takenBack).rejects.toBeInstanceOf(TaskTakenBack);
    });
  });

  it('frees the memory of the engine in which it ran out, also in a prompt it only watched', async () => {
    const earlierPrompt = await leavePrompt(other, (prompt) => prompt.start());
    const resumed = run({ earlierPrompt });
    await untilAsked(other, /^\/api\/jobs/);
    await other.prompts[0]?.fail('6', 'torch.OutOfMemoryError', 'CUDA out of memory.');
    await expect(resumed).rejects.toMatchObject({ code: 'out_of_memory' });
    expect([comfy.count('POST', /^\/free$/), other.count('POST', /^\/free$/)]).toEqual([0, 1]);
  });
});

/** A checkered one, so that it is not flat. */
async function picture(tint: number): Promise<Buffer> {
  const pixels = Buffer.from(
    Array.from({ length: 16 * 16 }, (_, n) => (n % 3 === 0 ? [200, tint, 100] : [40, tint, 90])).flat(),
  );
  return sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } })
    .png()
    .toBuffer();
}

function submissions(engine: FakeComfy): number {
  return engine.count('POST', /^\/prompt$/);
}

function untilAsked(engine: FakeComfy, path: RegExp): Promise<void> {
  return vi.waitFor(() => expect(engine.count('GET', path)).toBeGreaterThan(0), { interval: 10 });
}

async function succeed(prompt: FakePrompt): Promise<void> {
  prompt.start();
  prompt.output('12', 'result.png');
  await prompt.succeed();
}
