import { createLogger } from '@app/runtime';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { EngineGate } from '../../../apps/worker/src/engines/engine-gate.js';
import { EnginePool } from '../../../apps/worker/src/engines/engine-pool.js';
import { readEnv } from '../../../apps/worker/src/env.js';
import { FakeComfy, gpu } from '../../support/fake-comfyui.js';

describe('EngineGate', () => {
  let first: FakeComfy;
  let second: FakeComfy;
  /** What the gate said after each change. */
  let told: (string | null)[];

  beforeEach(async () => {
    [first, second] = [await FakeComfy.start(), await FakeComfy.start()];
    told = [];
  });
  afterEach(async () => void (await Promise.all([first.close(), second.close()])));

  function startGate(urls: string[]): EngineGate {
    const env = readEnv({ COMFYUI_URLS: urls.join(',') });
    const logger = createLogger('test', 'silent');
    const gate = new EngineGate(env, logger, new EnginePool(env, logger));
    expect(gate.closedBecause).toBe('no engine has been asked yet');
    gate.onChange(() => told.push(gate.closedBecause));
    gate.onApplicationBootstrap();
    onTestFinished(() => gate.onApplicationShutdown());
    return gate;
  }

  const saysAtLast = (reason: unknown) =>
    vi.waitFor(() => expect(told.at(-1)).toEqual(reason), { timeout: 10_000, interval: 20 });
  const FULL = expect.stringMatching(/^others hold more than 80 % of the GPU memory/) as unknown;
  const freed = (comfy: FakeComfy): number => comfy.count('POST', /^\/free$/);

  it('opens when one engine answers, closes when none does, and opens again', async () => {
    const { port } = second;
    await first.close();
    const gate = startGate([first.url, second.url]);
    await saysAtLast(null);
    await second.close();
    await saysAtLast('no engine of COMFYUI_URLS answers');
    expect(gate.closedBecause).toBe('no engine of COMFYUI_URLS answers');
    second = await FakeComfy.start({ port });
    await saysAtLast(null);
    expect(told).toHaveLength(3);
  });

  it('closes while others hold the memory of every engine that answers', async () => {
    first.device = gpu({ heldByOthers: 0.9 });
    second.device = gpu({ heldByOthers: 0.85 });
    startGate([first.url, second.url]);
    await saysAtLast(FULL);
    second.device = gpu({ heldByOthers: 0.8 });
    await saysAtLast(null);
    expect(told).toEqual([FULL, null]);
  });

  it('is not closed by what the engine itself holds, nor by a machine without a GPU', async () => {
    first.device = gpu({ heldByEngine: 0.95, heldByOthers: 0.03 });
    const gate = startGate([first.url]);
    await saysAtLast(null);
    first.device = { ...first.device, type: 'cpu', torch_vram_total: 0 };
    const asked = first.requests.length;
    await vi.waitFor(() => expect(first.requests.length).toBeGreaterThan(asked + 2), { timeout: 10_000 });
    expect(gate.closedBecause).toBeNull();
  });

  it('asks an idle engine to free what it may hold outside of PyTorch, not a busy one', async () => {
    first.device = second.device = gpu({ heldByOthers: 0.9 });
    second.queueRemaining = 1;
    first.intercept = ({ path }) => {
      if (path === '/api/free' || path === '/free') first.device = gpu({});
      return undefined;
    };
    startGate([first.url, second.url]);
    await saysAtLast(null);
    expect(told).toEqual([FULL, null]);
    expect([freed(first), freed(second)]).toEqual([1, 0]);
  });

  it('does not ask again and again where that frees nothing', async () => {
    first.device = gpu({ heldByOthers: 0.9 });
    startGate([first.url]);
    await saysAtLast(FULL);
    await vi.waitFor(() => expect(first.count('GET', /system_stats/)).toBeGreaterThan(2), {
      timeout: 10_000,
    });
    expect(freed(first)).toBe(1);
  });

  it('stops at once, also while an engine keeps it waiting', async () => {
    first.intercept = () => new Promise<undefined>(() => undefined);
    const gate = startGate([first.url]);
    await vi.waitFor(() => expect(first.requests.length).toBeGreaterThan(0), { interval: 10 });
    const startedAt = Date.now();
    await gate.onApplicationShutdown();
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    expect(told).toEqual([]);
  });
});
