import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quickest } from '../../support/quickest.js';
import { FakeComfy, gpu } from '../../support/fake-comfyui.js';
import { readEnv } from '../../../apps/worker/src/env.js';
import { StartedEngines } from './started-engines.js';

describe('EngineGate', () => {
  let first: FakeComfy;
  let second: FakeComfy;

  beforeEach(async () => void ([first, second] = [await FakeComfy.start(), await FakeComfy.start()]));
  afterEach(async () => void (await Promise.all([first.close(), second.close()])));

  const freed = (comfy: FakeComfy): number => comfy.count('POST', /^\/free$/);
  const FULL = /waiting for GPU memory/;

  it('is closed until an engine has been asked', () => {
    const { gate } = new StartedEngines([first.url]);
    expect(gate.closedBecause).toBe('no engine has been asked yet');
    expect(gate.room).toEqual({ running: 0, ahead: 0 });
  });

  it('opens when one engine answers, closes when none does, and opens again', async () => {
    const { port } = second;
    await first.close();
    const started = StartedEngines.start([first.url, second.url]);
    const { gate } = started;
    await started.until(() => gate.closedBecause === null);
    expect(gate.room).toEqual({ running: 1, ahead: 1 });
    await second.close();
    await started.until(() => gate.closedBecause === 'no engine of COMFYUI_URLS answers');
    expect([gate.closedCode, gate.accepts('person')]).toEqual(['no_engine', false]);
    second = await FakeComfy.start({ port });
    await started.until(() => gate.closedBecause === null);
    expect(gate.accepts('person')).toBe(true);
  });

  it('stays open, but without room, where its only engine has missed one look', async () => {
    const started = await StartedEngines.startOpen([first.url]);
    let missed = 0;
    first.intercept = ({ path }) =>
      path === '/system_stats' && missed++ === 0 ? { status: 500, body: 'busy' } : undefined;
    started.told.length = 0;
    await started.until(() => started.gate.room.running === 0);
    expect(started.gate.closedBecause).toBeNull();
    await started.until(() => started.gate.room.running === 1);
    expect(started.told.every((reason) => reason === null)).toBe(true);
  });

  it('closes while others hold the memory of every engine that answers, with the reason', async () => {
    first.device = gpu({ heldByOthers: 0.9 });
    second.device = gpu({ heldByOthers: 0.85 });
    const started = StartedEngines.start([first.url, second.url]);
    const { gate } = started;
    await started.until(() => FULL.test(gate.closedBecause ?? ''));
    expect(gate.closedCode).toBe('gpu_memory');
    expect(gate.closedBecause).toContain(first.url);
    second.device = gpu({ heldByOthers: 0.5 });
    await started.until(() => gate.closedBecause === null);
    expect(gate.room).toEqual({ running: 1, ahead: 1 });
    expect((await started.take()).engine.address).toBe(second.url);
  });

  it('is closed while an operator has paused the worker, and takes nothing of a type that is paused', async () => {
    const { gate, orders } = await StartedEngines.startOpen([first.url]);
    orders.hear({ version: 1, workers: [], taskTypes: ['person'] });
    expect([gate.closedBecause, gate.accepts('person')]).toEqual([null, false]);
    orders.hear({ version: 1, workers: [readEnv({ COMFYUI_URLS: first.url }).name], taskTypes: [] });
    expect([gate.closedCode, gate.accepts('person')]).toEqual(['paused', true]);
    expect(gate.closedBecause).toBe('an operator has paused this worker');
    orders.hear({ version: 1, workers: [], taskTypes: [] });
    expect(gate.closedBecause).toBeNull();
  });

  it('is not closed by what the engine itself holds, nor by a machine without a GPU', async () => {
    first.device = gpu({ heldByEngine: 0.95, heldByOthers: 0.03 });
    const started = await StartedEngines.startOpen([first.url]);
    first.device = { ...first.device, type: 'cpu', torch_vram_total: 0 };
    const asked = first.requests.length;
    await started.until(() => first.requests.length > asked + 3);
    expect(started.gate.closedBecause).toBeNull();
  });

  it('asks an idle engine to free what it may hold outside of PyTorch, not a busy one', async () => {
    first.device = second.device = gpu({ heldByOthers: 0.9 });
    second.queueRemaining = 1;
    first.intercept = ({ path }) => {
      if (path === '/free') first.device = gpu({});
      return undefined;
    };
    const started = StartedEngines.start([first.url, second.url]);
    await started.until(() => started.gate.closedBecause === null);
    expect([freed(first), freed(second)]).toEqual([1, 0]);
  });

  it('does not ask again and again where that frees nothing', async () => {
    first.device = gpu({ heldByOthers: 0.9 });
    const started = StartedEngines.start([first.url]);
    await started.until(() => first.count('GET', /system_stats/) > 2);
    expect(freed(first)).toBe(1);
  });

  it('has room for every engine in rotation, for each as many as it may run', async () => {
    const settings = { MAX_CONCURRENT_TASKS: '2', WORKER_LOOKAHEAD: '3' };
    const started = await StartedEngines.startOpen([first.url, second.url], settings);
    expect(started.gate.room).toEqual({ running: 4, ahead: 6 });
    await second.close();
    await started.until(() => started.gate.room.running === 2);
    expect(started.gate.room).toEqual({ running: 2, ahead: 3 });
  });

  it('stops at once, also while an engine keeps it waiting', async () => {
    first.intercept = () => new Promise<undefined>(() => undefined);
    const tookMs = await quickest(1_000, async () => {
      const before = first.requests.length;
      const started = StartedEngines.start([first.url]);
      await vi.waitFor(() => expect(first.requests.length).toBeGreaterThan(before), { interval: 10 });
      const startedAt = Date.now();
      await started.stop();
      expect(started.gate.closedBecause).toBe('no engine has been asked yet');
      return Date.now() - startedAt;
    });
    expect(tookMs).toBeLessThan(1_000);
  });
});
