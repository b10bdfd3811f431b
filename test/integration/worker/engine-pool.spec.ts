import { createLogger } from '@app/runtime';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EnginePool } from '../../../apps/worker/src/engines/engine-pool.js';
import { NoEngineAnswers } from '../../../apps/worker/src/engines/no-engine.errors.js';
import { readEnv } from '../../../apps/worker/src/env.js';
import { FakeComfy } from '../../support/fake-comfyui.js';

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

  function poolOf(urls: string[], engineWait = '10m'): EnginePool {
    const env = readEnv({ COMFYUI_URLS: urls.join(','), ENGINE_WAIT: engineWait });
    return new EnginePool(env, createLogger('test', 'warn', { write: (line) => void lines.push(line) }));
  }

  const neverAborted = () => new AbortController().signal;

  it('is held up for 2 s at most by an engine that accepts and never answers', async () => {
    const comfy = await FakeComfy.start();
    onTestFinished(() => comfy.close());
    const startedAt = Date.now();
    const client = await poolOf([blackHoleUrl, comfy.url]).pick(neverAborted());
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(await client.describeEngine()).toMatchObject({ name: 'comfyui' });
  });

  it('takes the least busy one', async () => {
    const [busy, idle] = [await FakeComfy.start(), await FakeComfy.start()];
    onTestFinished(async () => void (await Promise.all([busy.close(), idle.close()])));
    busy.intercept = () => ({ status: 200, body: { exec_info: { queue_remaining: 3 } } });
    const client = await poolOf([busy.url, idle.url]).pick(neverAborted());
    await client.systemStats();
    expect(idle.count('GET', /system_stats/)).toBe(1);
  });

  it('gives up after its wait, having said why at growing intervals', async () => {
    await new Promise((resolve) => blackHole.close(resolve));
    await expect(poolOf([blackHoleUrl], '4s').pick(neverAborted())).rejects.toBeInstanceOf(NoEngineAnswers);
    expect(lines.length).toBeGreaterThanOrEqual(2);
    expect(lines.every((line) => line.includes('no engine answers'))).toBe(true);
  });

  it('ends its wait when the worker has to stop', async () => {
    const stop = new AbortController();
    const waiting = poolOf([blackHoleUrl]).pick(stop.signal);
    stop.abort(new Error('The worker is stopping.'));
    await expect(waiting).rejects.toThrow('The worker is stopping.');
  });
});
