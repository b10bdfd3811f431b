import { ERASED_PNG } from '@app/comfyui';
import {
  cancelMarkKey,
  engineTraceKey,
  engineTraceSchema,
  taskLedgerKey,
  type EngineErased,
} from '@app/contracts';
import { TaskControlPublisher, type LiveEvent } from '@app/messaging';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { FakeComfy } from '../../support/fake-comfyui.js';
import { ProtocolProbe } from '../../support/protocol-probe.js';
import { withVhost } from '../../support/vhost.js';
import { bitmap } from './originals.js';
import { WorkerApp } from './worker-app.js';

const isAnswer = (event: LiveEvent): event is EngineErased => event.kind === 'engine_erased';

describe('erasing a task', () => {
  const vhost = withVhost();
  let engine: TestEngine;
  let worker: WorkerApp;

  beforeEach(async () => {
    engine = await startEngine();
    worker = await WorkerApp.start(vhost, { COMFYUI_URLS: engine.url });
  });
  afterEach(() => engine.remove());

  const erase = (taskId: string) => new TaskControlPublisher(worker.api.publisher).erase(taskId);

  /** What lies in the engine, by folder and name. */
  async function inEngine(): Promise<Map<string, Buffer>> {
    const files = new Map<string, Buffer>();
    for (const type of ['input', 'output', 'temp']) {
      for (const entry of await readdir(join(engine.dir, type), { recursive: true, withFileTypes: true })) {
        if (entry.isFile())
          files.set(`${type}/${entry.name}`, await readFile(join(entry.parentPath, entry.name)));
      }
    }
    return files;
  }

  async function finish(): Promise<string> {
    const { taskId } = await worker.submit(bitmap());
    await worker.until(taskId, 'succeeded');
    await untilLetGo(worker, taskId);
    return taskId;
  }

  it('puts one pixel in place of its photo and its result in the engine, and forgets its prompt', async () => {
    const [taskId, other] = [await finish(), await finish()];
    const trace = engineTraceSchema.parse(
      JSON.parse(String(await worker.store.read(engineTraceKey(taskId)))),
    );
    const probe = new ProtocolProbe(engine.url);
    expect(await probe.history(trace.engines[0]!.prompts[0]!)).toBeDefined();
    erase(taskId);
    const answer = await worker.hear(isAnswer);
    expect(answer).toMatchObject({ taskId, worker: 'w1', engine: engine.url, ok: true });
    const files = await inEngine();
    expect([...files.keys()].sort()).toEqual(
      [
        `input/${other}.png`,
        `input/${taskId}.png`,
        `output/${other}_00001_.png`,
        `output/${taskId}_00001_.png`,
      ].sort(),
    );
    const erased = [...files].filter(([, bytes]) => bytes.equals(ERASED_PNG)).map(([name]) => name);
    expect(erased.sort()).toEqual([`input/${taskId}.png`, `output/${taskId}_00001_.png`]);
    const query = `type=output&subfolder=photo-repair&filename=${taskId}_00001_.png`;
    const shown = await fetch(`${engine.url}/view?${query}`);
    expect(Buffer.from(await shown.arrayBuffer()).equals(ERASED_PNG)).toBe(true);
    expect(await probe.history(trace.engines[0]!.prompts[0]!)).toBeUndefined();
  });

  it('finds nothing the second time, nor of a task that never was, and makes nothing', async () => {
    const taskId = randomUUID();
    erase(taskId);
    expect(await worker.hear(isAnswer)).toMatchObject({ taskId, ok: true });
    expect((await inEngine()).size).toBe(0);
  });

  it('finds what it has left also when trace and ledger are gone', async () => {
    const taskId = await finish();
    await worker.store.delete(engineTraceKey(taskId));
    await worker.store.delete(taskLedgerKey(taskId));
    erase(taskId);
    expect(await worker.hear(isAnswer)).toMatchObject({ taskId, ok: true });
    for (const bytes of (await inEngine()).values()) expect(bytes.equals(ERASED_PNG)).toBe(true);
  });

  it('leaves a task that runs alone, whoever asks', async () => {
    engine.colouriser.hold();
    const { taskId } = await worker.submit(bitmap());
    await vi.waitFor(() => expect(engine.colouriser.busy).toBe(1), { timeout: 20_000 });
    erase(taskId);
    expect(await worker.hear(isAnswer)).toMatchObject({ taskId, ok: false });
    for (const bytes of (await inEngine()).values()) expect(bytes.equals(ERASED_PNG)).toBe(false);
    engine.colouriser.release();
    await worker.until(taskId, 'succeeded');
  });

  it('waits for the end of one that is cancelled, and erases it then', async () => {
    engine.colouriser.hold();
    const { taskId } = await worker.submit(bitmap());
    await vi.waitFor(() => expect(engine.colouriser.busy).toBe(1), { timeout: 20_000 });
    await worker.store.put(cancelMarkKey(taskId), Buffer.from('now'), 'text/plain');
    erase(taskId);
    new TaskControlPublisher(worker.api.publisher).cancel(taskId);
    expect(await worker.hear(isAnswer)).toMatchObject({ taskId, ok: true });
    await worker.until(taskId, 'cancelled');
    const files = await inEngine();
    expect([...files.keys()]).toEqual([`input/${taskId}.png`]);
    for (const bytes of files.values()) expect(bytes.equals(ERASED_PNG)).toBe(true);
  });
});

describe('erasing a task from a ComfyUI', () => {
  const vhost = withVhost();

  it('reaches what nodes of other packs have named themselves, and says where it does not', async () => {
    const comfy = await FakeComfy.start();
    try {
      const worker = await WorkerApp.start(vhost, { COMFYUI_URLS: comfy.url });
      const made = await sharp('test/fixtures/photos/grace-hopper.jpg')
        .resize(40, 24, { fit: 'fill' })
        .tint('orange')
        .toBuffer();
      for (const name of ['preview.png', 'result.png']) comfy.files.set(name, made);
      comfy.script = async (prompt) => {
        prompt.start();
        prompt.output('7', 'preview.png', 'temp');
        prompt.output('12', 'result.png');
        await prompt.succeed();
      };
      const { taskId } = await worker.submit(bitmap());
      await worker.until(taskId, 'succeeded');
      await untilLetGo(worker, taskId);
      // A restart: the history is gone, and with it the names.
      comfy.forgetEverything();
      comfy.intercept = ({ method, path }) =>
        method === 'POST' && path.startsWith('/upload') ? { status: 500 } : undefined;
      const control = new TaskControlPublisher(worker.api.publisher);
      control.erase(taskId);
      expect(await worker.hear(isAnswer)).toMatchObject({ ok: false });
      comfy.intercept = () => undefined;
      const heard = worker.live.length;
      control.erase(taskId);
      expect(await worker.hear(isAnswer, heard)).toMatchObject({ taskId, engine: comfy.url, ok: true });
      const left = [...comfy.files].map(([name, bytes]) => [name, bytes.equals(ERASED_PNG)]);
      expect(Object.fromEntries(left)).toEqual({
        [`${taskId}.png`]: true,
        'preview.png': true,
        'result.png': true,
      });
    } finally {
      await comfy.close();
    }
  });
});

/** A task's ledger is settled a moment after its end was told. */
function untilLetGo({ store }: WorkerApp, taskId: string): Promise<void> {
  return vi.waitFor(async () => {
    const ledger = JSON.parse(String(await store.read(taskLedgerKey(taskId)))) as { holder: unknown };
    expect(ledger.holder).toBeNull();
  });
}
