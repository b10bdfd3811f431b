import { register } from 'prom-client';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { FakeComfy, gpu } from '../../support/fake-comfyui.js';
import { withVhost } from '../../support/vhost.js';
import { bitmap } from './originals.js';
import { WorkerApp } from './worker-app.js';

const vhost = withVhost();
let engine: TestEngine;

beforeAll(async () => void (engine = await startEngine()));
afterAll(() => engine.remove());

/** The samples of one metric, by their labels, as Prometheus would read them. */
async function samples(name: string): Promise<Record<string, number>> {
  const text = await register.metrics();
  const lines = text.split('\n').filter((line) => new RegExp(`^${name}[{ ]`).test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(name.length, at), Number(line.slice(at + 1))];
    }),
  );
}

it('shows its engine, what it did there and how RabbitMQ took what it told', async () => {
  const worker = await WorkerApp.start(vhost, { COMFYUI_URLS: engine.url });
  const { taskId } = await worker.submit(bitmap());
  await worker.until(taskId, 'succeeded');
  const address = `{engine="${new URL(engine.url).origin}"}`;
  expect(await samples('photo_repair_engine_up')).toEqual({ [address]: 1 });
  expect(await samples('photo_repair_worker_gate_closed')).toEqual({
    '{reason="no_engine"}': 0,
    '{reason="gpu_memory"}': 0,
    '{reason="paused"}': 0,
    '{reason="leaving"}': 0,
  });
  expect(await samples('photo_repair_runs_total')).toEqual({ '{type="person",outcome="succeeded"}': 1 });
  expect(await samples('photo_repair_run_seconds_count')).toEqual({ '{type="person"}': 1 });
  const last = (await samples('photo_repair_engine_last_success_timestamp_seconds'))[address]!;
  expect(Math.abs(Date.now() / 1000 - last)).toBeLessThan(60);
  const calls = await samples('photo_repair_engine_request_seconds_count');
  expect(calls).toMatchObject({
    '{operation="POST upload",status="200"}': 1,
    '{operation="POST prompt",status="200"}': 1,
    '{operation="GET view",status="200"}': 1,
  });
  // What was told at the end may be heard here before its confirm is there.
  await vi.waitFor(async () => {
    const publishes = await samples('photo_repair_publishes_total');
    expect(publishes['{outcome="confirmed"}']).toBeGreaterThan(1);
    expect(publishes['{outcome="unroutable"}']).toBe(0);
  });
  expect(await samples('photo_repair_broker_connection_state')).toMatchObject({
    '{connection="w1-publish",state="connected"}': 1,
    '{connection="w1-publish",state="blocked"}': 0,
  });
  expect(Object.keys(await samples('photo_repair_build_info'))).toEqual([
    expect.stringMatching(/^\{app="worker",version="\d+\.\d+\.\d+",node="v\d+/),
  ]);
});

it('shows why it takes no tasks: memory that others hold, then an engine that is gone', async () => {
  const comfy = await FakeComfy.start();
  comfy.device = gpu({ heldByOthers: 0.91 });
  await WorkerApp.start(vhost, { COMFYUI_URLS: comfy.url, NVIDIA_SMI: 'off' });
  await vi.waitFor(
    async () =>
      expect(await samples('photo_repair_worker_gate_closed')).toMatchObject({ '{reason="gpu_memory"}': 1 }),
    { timeout: 20_000, interval: 50 },
  );
  const [used] = Object.values(await samples('photo_repair_engine_memory_used_ratio'));
  expect(used).toBeCloseTo(0.91, 2);
  await comfy.close();
  await vi.waitFor(
    async () => {
      expect(await samples('photo_repair_worker_gate_closed')).toMatchObject({ '{reason="no_engine"}': 1 });
      expect(Object.values(await samples('photo_repair_engine_up'))).toEqual([0]);
    },
    { timeout: 30_000, interval: 50 },
  );
});
