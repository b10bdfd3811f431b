import { ArtifactNotFound } from '@app/artifact-store';
import { workerOrdersKey } from '@app/contracts';
import { createLogger } from '@app/runtime';
import { loadCatalog } from '@app/workflow-catalog';
import { resolve } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { Departure } from '../../../apps/worker/src/departure/departure.js';
import { EngineGate } from '../../../apps/worker/src/engines/engine-gate.js';
import { EngineLanes, type Lane } from '../../../apps/worker/src/engines/engine-lanes.js';
import { Engines } from '../../../apps/worker/src/engines/engines.js';
import { RunMetrics } from '../../../apps/worker/src/metrics/run-metrics.js';
import type { Engine } from '../../../apps/worker/src/engines/engine.js';
import { readEnv } from '../../../apps/worker/src/env.js';
import { Orders } from '../../../apps/worker/src/orders/orders.js';

/** What a worker knows and does of its engines, without its tasks. Stopped when the test ends. */
export class StartedEngines {
  readonly engines: Engines;
  readonly lanes: EngineLanes;
  /** What the operators have paused: nothing at first. */
  readonly orders: Orders;
  readonly gate: EngineGate;
  /** What the gate said after each change. */
  readonly told: (string | null)[] = [];
  readonly lines: string[] = [];
  private stopped: Promise<void> | undefined;

  constructor(urls: readonly string[], settings: Record<string, string> = {}) {
    const env = readEnv({
      COMFYUI_URLS: urls.join(','),
      TASK_TYPES: 'person',
      NVIDIA_SMI: 'off',
      ENGINE_WARM_UP: 'false',
      ...settings,
    });
    const logger = createLogger('test', 'info', { write: (line) => void this.lines.push(line) });
    const catalog = loadCatalog(resolve('workflows'));
    this.engines = new Engines(env, logger, catalog, new RunMetrics());
    this.lanes = new EngineLanes(logger, this.engines);
    const none = { read: () => Promise.reject(new ArtifactNotFound(workerOrdersKey())) };
    this.orders = new Orders(env, logger, none);
    this.gate = new EngineGate(logger, catalog, this.engines, this.lanes, this.orders, new Departure());
    this.gate.onChange(() => this.told.push(this.gate.closedBecause));
    onTestFinished(() => this.stop());
  }

  /** They are looked at from now on. */
  static start(urls: readonly string[], settings?: Record<string, string>): StartedEngines {
    const started = new StartedEngines(urls, settings);
    started.engines.onApplicationBootstrap();
    return started;
  }

  /** The same once the gate is open. */
  static async startOpen(
    urls: readonly string[],
    settings?: Record<string, string>,
  ): Promise<StartedEngines> {
    const started = StartedEngines.start(urls, settings);
    await started.until(() => started.engines.all.every((engine) => engine.isInRotation));
    return started;
  }

  engine(url: string): Engine {
    return this.engines.find(url)!;
  }

  /** A place for a task; fails the test when there is none within 20 s. */
  take(taskType = 'person', avoid?: string): Promise<Lane> {
    const request = { taskType, ...(avoid !== undefined && { avoid }) };
    return this.lanes.take(request, new AbortController().signal, Date.now() + 20_000);
  }

  /** Waits until it is so. */
  until(isSo: () => boolean, timeout = 15_000): Promise<void> {
    return vi.waitFor(() => expect(isSo()).toBe(true), { timeout, interval: 10 });
  }

  stop(): Promise<void> {
    return (this.stopped ??= this.engines.onApplicationShutdown());
  }
}
