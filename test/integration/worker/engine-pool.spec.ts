import { TaskFailure } from '@app/contracts';
import { createLogger } from '@app/runtime';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EnginePool } from '../../../apps/worker/src/engines/engine-pool.js';
import { NoEngineAnswers } from '../../../apps/worker/src/engines/no-engine.errors.js';
import { readEnv } from '../../../apps/worker/src/env.js';
import { FakeComfy, gpu } from '../../support/fake-comfyui.js';

describe('EnginePool', () => {
  /** Accepts every connection and never answers. */
  let blackHole: Server;
  let blackHoleUrl: string;
  let lines: string[];

  beforeEach(async () => {
    lines = [];
    blackHole = createServer((socket) => {
      onTestFinished(() => void socket.destroy());
    });
    await new Promise<void>((resolve) => blackHole.listen(0, '127.0.0.1', resolve));
    blackHoleUrl = `http://127.0.0.1:${(blackHole.address() as AddressInfo).port}`;
  });
  afterEach(() => void blackHole.close());

  function poolOf(...urls: string[]): EnginePool {
    const env = readEnv({ COMFYUI_URLS: urls.join(',') });
    return new EnginePool(env, createLogger('test', 'warn', { write: (line) => void lines.push(line) }));
  }

  const neverAborted = () => new AbortController().signal;
  const inSeconds = (seconds: number) => Date.now() + seconds * 1000;

  it('is held up for 2 s at most by an engine that accepts and never answers', async () => {
    const comfy = await FakeComfy.start();
    onTestFinished(() => comfy.close());
    const startedAt = Date.now();
    const client = await poolOf(blackHoleUrl, comfy.url).pick(neverAborted(), inSeconds(60));
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(await client.describeEngine()).toMatchObject({ name: 'comfyui' });
  });

  describe('of two that answer', () => {
    let first: FakeComfy;
    let second: FakeComfy;

    beforeEach(async () => {
      [first, second] = [await FakeComfy.start(), await FakeComfy.start()];
    });
    afterEach(async () => void (await Promise.all([first.close(), second.close()])));

    const pick = async () =>
      (await poolOf(first.url, second.url).pick(neverAborted(), inSeconds(60))).address;

    it('takes the least busy one', async () => {
      first.queueRemaining = 3;
      expect(await pick()).toBe(second.url);
    });

    it('takes a busy one before one whose GPU others have filled', async () => {
      first.queueRemaining = 3;
      second.device = gpu({ heldByOthers: 0.9 });
      expect(await pick()).toBe(first.url);
    });

    it('takes one with a full GPU when it is the only one', async () => {
      second.device = gpu({ heldByOthers: 0.9 });
      await first.close();
      expect(await pick()).toBe(second.url);
    });
  });

  it('finds an engine again by its address, without the password of its URL', async () => {
    const pool = poolOf('http://photo:s3cret@127.0.0.1:8188/comfy/', 'http://127.0.0.1:8189');
    expect(pool.find('http://127.0.0.1:8188/comfy')?.address).toBe('http://127.0.0.1:8188/comfy');
    expect(pool.find('http://127.0.0.1:8190')).toBeUndefined();
  });

  it('asks for memory and takes no harm where the engine does not listen', async () => {
    const comfy = await FakeComfy.start();
    const pool = poolOf(comfy.url);
    const client = pool.find(comfy.url)!;
    const outOfMemory = new TaskFailure('out_of_memory', 'CUDA out of memory');
    const run = () => pool.freeingMemory(client, () => Promise.reject(outOfMemory));
    await expect(run()).rejects.toBe(outOfMemory);
    const asked = comfy.requests.find(({ path }) => path === '/free');
    expect(JSON.parse(String(asked?.body))).toEqual({ unload_models: true, free_memory: true });
    await comfy.close();
    await expect(run()).rejects.toBe(outOfMemory);
    expect(lines.at(-1)).toContain('could not be asked to free its memory');
    const other = new TaskFailure('unknown', 'x');
    await expect(pool.freeingMemory(client, () => Promise.reject(other))).rejects.toBe(other);
    expect(lines).toHaveLength(1);
  });

  it('gives up after its wait, having said why at growing intervals', async () => {
    await new Promise((resolve) => blackHole.close(resolve));
    await expect(poolOf(blackHoleUrl).pick(neverAborted(), inSeconds(4))).rejects.toBeInstanceOf(
      NoEngineAnswers,
    );
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.every((line) => line.includes('no engine answers'))).toBe(true);
  });

  it('ends its wait when the worker has to stop', async () => {
    const stop = new AbortController();
    const waiting = poolOf(blackHoleUrl).pick(stop.signal, inSeconds(60));
    stop.abort(new Error('The worker is stopping.'));
    await expect(waiting).rejects.toThrow('The worker is stopping.');
  });
});
