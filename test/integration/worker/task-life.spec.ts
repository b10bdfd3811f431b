import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { withWorkingDay } from './working-day.js';

describe('the life of a task', () => {
  const day = withWorkingDay();
  /** It waits for a word of the test. */
  let engine: TestEngine;

  beforeAll(async () => void (engine = await startEngine()));
  afterAll(() => engine.remove());

  it('says what happens while it happens, and stores the result before the message is gone', async () => {
    engine.colouriser.hold();
    await day.startWorker(engine.url);
    const id = await day.submit();
    const running = await day.reach(id, 'running');
    expect(running).toMatchObject({ attempts: 1, queue_position: null, output: null });
    await day.until(id, { progress: { stage: 'running' } });
    engine.colouriser.release();
    const done = await day.reach(id, 'succeeded');
    expect(done.engine).toMatchObject({ name: 'built-in', colouring: 'preview' });
    const result = Buffer.from(await (await day.api.fetch(done.urls.result)).arrayBuffer());
    expect(await sharp(result).metadata()).toMatchObject({ width: 512, height: 600 });
    expect(result.length).toBe(done.output?.bytes);
    await day.expectQuiet();
  });

  it('does not run a task again whose result is stored already', async () => {
    const worker = await day.startWorker(engine.url);
    const id = await day.submit();
    await day.reach(id, 'succeeded');
    const { calls } = engine.colouriser;
    const note = join(day.api.dataDir, 'artifacts', `results/${id}.json`);
    const { result } = JSON.parse(await readFile(note, 'utf8')) as {
      result: { key: string; sha256: string };
    };
    expect(result.key).toBe(`results/${id}.${result.sha256.slice(0, 16)}.png`);
    const message = {
      version: 1,
      taskId: id,
      taskType: 'person',
      image: { ...result, key: `canonical/${id}.png` },
      parameters: {},
      submittedAt: new Date().toISOString(),
    };
    await day.vhost.publish('photo_repair.work', 'person', Buffer.from(JSON.stringify(message)), {
      messageId: id,
      persistent: true,
    });
    await vi.waitFor(() => expect(worker.output.split('task settled')).toHaveLength(3), { timeout: 15_000 });
    expect(engine.colouriser.calls).toBe(calls);
    await day.expectQuiet();
  });

  it('takes the next task beforehand where it may, and runs them one after the other', async () => {
    engine.colouriser.hold();
    await day.startWorker(engine.url, { WORKER_LOOKAHEAD: '1' });
    const first = await day.submit();
    await day.reach(first, 'running');
    const second = await day.submit();
    const third = await day.submit();
    await day.vhost.expectReady({ 'photo_repair.work.person': 1 });
    await vi.waitFor(() => expect(engine.colouriser.busy).toBe(1), { timeout: 20_000 });
    expect((await day.api.task(second)).status).toBe('queued');
    engine.colouriser.release();
    for (const id of [first, second, third]) await day.reach(id, 'succeeded');
    await day.expectQuiet();
  });

  it('ends before it takes a task when its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const id = await day.submit();
    const child = spawn(process.execPath, ['dist/apps/worker/src/main.js'], {
      env: {
        PATH: process.env['PATH'],
        AMQP_URL: day.vhost.url,
        COMFYUI_URLS: engine.url,
        DATA_DIR: day.api.dataDir,
        WORKFLOWS_DIR: resolve('workflows'),
        WORKER_PORT: String((other.address() as AddressInfo).port),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let told = '';
    child.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(told).toMatch(/Port \d+ on 127\.0\.0\.1 is taken/);
    const worker = await day.startWorker(engine.url);
    expect((await day.reach(id, 'succeeded')).attempts).toBe(1);
    expect(worker.output).not.toContain('a task came back');
    await day.expectQuiet();
  });

  it('ends a task at once whose photo is gone from the store', async () => {
    const id = await day.submit();
    await rm(join(day.api.dataDir, 'artifacts', `originals/${id}.jpg`));
    await day.startWorker(engine.url);
    expect(await day.reach(id, 'failed')).toMatchObject({ attempts: 1, error: { code: 'photo_missing' } });
    await day.expectQuiet(1);
    await day.vhost.take('photo_repair.parking');
  });
});
