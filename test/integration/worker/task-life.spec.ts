import type { TaskView } from '@app/contracts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { FakeComfy } from '../../support/fake-comfyui.js';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { WorkerProcess } from '../../support/worker-process.js';

/** The API in this process, workers in processes of their own, a real RabbitMQ, an engine that waits for a word. */
describe('the life of a task', () => {
  const vhost = withVhost();
  let api: TestApi;
  let engine: TestEngine;
  let photo: Buffer;

  beforeAll(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    api = await TestApi.start({ AMQP_URL: vhost.url });
    engine = await startEngine();
  });

  afterAll(async () => {
    await engine.remove();
    await api.remove();
  });

  async function startWorker(settings: Record<string, string> = {}): Promise<WorkerProcess> {
    const worker = await WorkerProcess.start({
      AMQP_URL: vhost.url,
      COMFYUI_URLS: engine.url,
      DATA_DIR: api.dataDir,
      TASK_TYPES: 'person',
      ...settings,
    });
    onTestFinished(async () => void (await worker.end('SIGKILL')));
    return worker;
  }

  async function submit(): Promise<string> {
    const response = await api.submit(photo);
    expect(response.status).toBe(202);
    return ((await response.json()) as TaskView).id;
  }

  async function reach(id: string, status: TaskView['status']): Promise<TaskView> {
    return vi.waitFor(
      async () => {
        const task = await api.task(id);
        expect(task).toMatchObject({ status });
        return task;
      },
      { timeout: 40_000, interval: 100 },
    );
  }

  /** The queues are empty, and nothing was parked since `parked`. */
  async function expectQuiet(parked: number): Promise<void> {
    await vhost.expectReady({
      'photo_repair.work.person': 0,
      'photo_repair.retry.5s': 0,
      'photo_repair.results': 0,
      'photo_repair.parking': parked,
    });
  }

  it('says what happens while it happens, and stores the result before the message is gone', async () => {
    engine.colouriser.hold();
    await startWorker();
    const id = await submit();
    const running = await reach(id, 'running');
    expect(running).toMatchObject({ attempts: 1, queue_position: null, output: null });
    await vi.waitFor(async () => expect((await api.task(id)).progress?.stage).toBe('running'));
    engine.colouriser.release();
    const done = await reach(id, 'succeeded');
    expect(done.engine).toMatchObject({ name: 'built-in', colouring: 'preview' });
    const result = Buffer.from(await (await fetch(`${api.url}${done.urls.result}`)).arrayBuffer());
    expect(await sharp(result).metadata()).toMatchObject({ width: 512, height: 600 });
    expect(result.length).toBe(done.output?.bytes);
    await expectQuiet(0);
  });

  it('survives kill -9 of the worker in the middle of it', async () => {
    engine.colouriser.hold();
    const first = await startWorker({ WORKER_NAME: 'first' });
    const id = await submit();
    await reach(id, 'running');
    await first.end('SIGKILL');
    engine.colouriser.release();
    await startWorker({ WORKER_NAME: 'second' });
    const done = await reach(id, 'succeeded');
    expect(done.attempts).toBe(1);
    await expectQuiet(0);
  });

  it('does not run a task again whose result is stored already', async () => {
    const worker = await startWorker();
    const id = await submit();
    await reach(id, 'succeeded');
    const prompts = await promptsOf(engine);
    const row = JSON.parse(await readFile(join(api.dataDir, 'artifacts', `results/${id}.json`), 'utf8')) as {
      result: { key: string; sha256: string };
    };
    expect(row.result.key).toBe(`results/${id}.${row.result.sha256.slice(0, 16)}.png`);
    const message = {
      version: 1,
      taskId: id,
      taskType: 'person',
      image: { ...row.result, key: `canonical/${id}.png` },
      parameters: {},
      submittedAt: new Date().toISOString(),
    };
    await vhost.publish('photo_repair_tasks', 'person', Buffer.from(JSON.stringify(message)), {
      messageId: id,
      persistent: true,
    });
    await vi.waitFor(() => expect(worker.output.split('task settled')).toHaveLength(3), { timeout: 15_000 });
    expect(await promptsOf(engine)).toBe(prompts);
    await expectQuiet(0);
  });

  it('finishes what runs when asked to stop, and takes nothing new', async () => {
    engine.colouriser.hold();
    const worker = await startWorker();
    const running = await submit();
    await reach(running, 'running');
    const waiting = await submit();
    const ended = worker.end('SIGTERM');
    await vi.waitFor(() => expect(worker.output).toContain('stopping'));
    engine.colouriser.release();
    expect(await ended).toBe(0);
    await reach(running, 'succeeded');
    expect((await api.task(waiting)).status).toBe('queued');
    await startWorker();
    await reach(waiting, 'succeeded');
    await expectQuiet(0);
  });

  it('ends before it takes a task when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const id = await submit();
    const child = spawn(process.execPath, ['dist/apps/worker/src/main.js'], {
      env: {
        PATH: process.env['PATH'],
        AMQP_URL: vhost.url,
        COMFYUI_URLS: engine.url,
        DATA_DIR: api.dataDir,
        WORKFLOWS_DIR: resolve('workflows'),
        WORKER_PORT: String((other.address() as AddressInfo).port),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(told).toMatch(/Port \d+ on 127\.0\.0\.1 is taken/);
    const worker = await startWorker();
    expect((await reach(id, 'succeeded')).attempts).toBe(1);
    expect(worker.output).not.toContain('a task came back');
    await expectQuiet(0);
  });

  it('ends a task at once whose photo is gone from the store', async () => {
    const id = await submit();
    await rm(join(api.dataDir, 'artifacts', `canonical/${id}.png`));
    await startWorker();
    expect(await reach(id, 'failed')).toMatchObject({ attempts: 1, error: { code: 'photo_missing' } });
    await expectQuiet(1);
    await vhost.take('photo_repair.parking');
  });

  it('goes round as often as it takes while no engine answers', async () => {
    const { port, dir } = engine;
    await engine.close();
    await startWorker({ ENGINE_WAIT: '1s', RETRY_ATTEMPTS: '0' });
    const id = await submit();
    await vi.waitFor(
      async () =>
        expect(await api.task(id)).toMatchObject({ status: 'queued', error: { code: 'engine_unreachable' } }),
      { timeout: 20_000, interval: 100 },
    );
    engine = await startEngine({ port, dir });
    expect(await reach(id, 'succeeded')).toMatchObject({ attempts: 2, error: null });
    await expectQuiet(0);
  });

  it('waits for an engine that is away, and uses no attempt for it', async () => {
    const { port, dir } = engine;
    await engine.close();
    const worker = await startWorker();
    const id = await submit();
    await vi.waitFor(async () => expect((await api.task(id)).progress?.stage).toBe('waiting_for_engine'), {
      timeout: 20_000,
    });
    expect(await worker.ready()).toBe(false);
    engine = await startEngine({ port, dir });
    expect((await reach(id, 'succeeded')).attempts).toBe(1);
    await expectQuiet(0);
  });

  describe('with an engine that fails', () => {
    let comfy: FakeComfy;

    beforeAll(async () => {
      comfy = await FakeComfy.start();
    });

    afterAll(() => comfy.close());

    it('ends at once with the reason when the photo is to blame, and keeps the message for the operator', async () => {
      comfy.script = async (prompt) => {
        prompt.start();
        await prompt.fail('11', 'PIL.UnidentifiedImageError', 'cannot identify image file');
      };
      await startWorker({ COMFYUI_URLS: comfy.url });
      const failed = await reach(await submit(), 'failed');
      expect(failed).toMatchObject({
        attempts: 1,
        output: null,
        error: { code: 'bad_image', node: { type: 'LoadImage' } },
      });
      const original = await fetch(`${api.url}${failed.urls.original}`);
      expect(Buffer.from(await original.arrayBuffer()).equals(photo)).toBe(true);
      await expectQuiet(1);
      const parked = await vhost.take('photo_repair.parking');
      expect(parked.properties.headers).toMatchObject({ 'x-parked-reason': 'bad_image' });
    });

    it('tries again after a delay when it may help', async () => {
      let prompts = 0;
      comfy.files.set('result.png', await sharp(photo).png().toBuffer());
      comfy.script = async (prompt) => {
        prompts += 1;
        prompt.start();
        if (prompts === 1) return prompt.fail('6', 'RuntimeError', 'a hiccup');
        prompt.output('12', 'result.png');
        return prompt.succeed();
      };
      await startWorker({ COMFYUI_URLS: comfy.url });
      const id = await submit();
      const queued = await vi.waitFor(
        async () => {
          const task = await api.task(id);
          expect(task.error?.message).toContain('a hiccup');
          return task;
        },
        { timeout: 20_000, interval: 50 },
      );
      expect(queued).toMatchObject({ status: 'queued', attempts: 1 });
      await vhost.expectReady({ 'photo_repair.retry.5s': 1, 'photo_repair.work.person': 0 });
      expect(await reach(id, 'succeeded')).toMatchObject({ attempts: 2, error: null });
      await expectQuiet(0);
    });
  });
});

/** How many prompts the engine remembers to have run. */
async function promptsOf(engine: TestEngine): Promise<number> {
  const history = (await (await fetch(`${engine.url}/api/history`)).json()) as object;
  return Object.keys(history).length;
}
