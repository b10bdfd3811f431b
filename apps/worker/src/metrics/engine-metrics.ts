import { Injectable } from '@nestjs/common';
import { Gauge, register } from 'prom-client';
import { EngineGate } from '../engines/engine-gate.js';
import { Engines } from '../engines/engines.js';
import { CurrentRuns } from '../tasks/current-runs.js';

const CIRCUIT = ['closed', 'half_open', 'open'] as const;
const REASONS = ['no_engine', 'gpu_memory', 'paused', 'leaving'] as const;

type EngineView = Engines['views'][number];

/** What `/metrics` shows of this worker's engines and of whether it takes tasks. Read at each scrape; asks no engine. */
@Injectable()
export class EngineMetrics {
  constructor(
    private readonly engines: Engines,
    gate: EngineGate,
    runs: CurrentRuns,
  ) {
    this.perEngine('engine_up', 'Whether the engine answered when it was asked last.', ({ reachable }) =>
      Number(reachable),
    );
    this.perEngine(
      'engine_memory_bytes',
      "All of the memory of the engine's GPU.",
      (view) => view.memoryTotal,
    );
    this.perEngine('engine_memory_free_bytes', 'What is free of it.', (view) => view.memoryFree);
    this.perEngine(
      'engine_memory_used_ratio',
      'The share of GPU memory that the next task cannot have; above GPU_MEMORY_THRESHOLD none begins.',
      ({ memoryUsedPercent: percent }) => share(percent),
    );
    this.perEngine('engine_utilization_ratio', 'How busy the GPU is.', ({ utilization }) =>
      share(utilization),
    );
    gauge(
      'engine_last_success_timestamp_seconds',
      'When a task ended well there last.',
      ['engine'],
      (shown) => {
        for (const { address: engine, succeededAtMs: at } of engines.all) {
          if (at !== null) shown.set({ engine }, at / 1000);
        }
      },
    );
    this.perEngine(
      'engine_queue_stands',
      '1 where prompts wait in the engine and none runs, for 10 s and longer.',
      ({ queueStands }) => Number(queueStands ?? false),
    );
    this.circuits();
    gauge(
      'worker_gate_closed',
      '1 for the reason why no task begins at this worker.',
      ['reason'],
      (shown) => {
        for (const reason of REASONS) shown.set({ reason }, gate.closedCode === reason ? 1 : 0);
      },
    );
    gauge(
      'worker_oldest_run_timestamp_seconds',
      'Since when the task runs that has run longest; absent where none runs.',
      [],
      (shown) => {
        const [first] = runs.all;
        if (first) shown.set(Date.parse(first.since) / 1000);
      },
    );
    gauge('worker_running_tasks', 'Tasks that this worker is at.', [], (shown) => shown.set(runs.all.length));
  }

  private perEngine(name: string, help: string, read: (view: EngineView) => number | null | undefined): void {
    gauge(name, help, ['engine'], (shown) => {
      for (const view of this.engines.views) {
        const value = read(view);
        // What nobody knows has no sample.
        if (typeof value === 'number') shown.set({ engine: view.address }, value);
      }
    });
  }

  private circuits(): void {
    const help = '1 for the state of the circuit of an engine; open: it failed too often and gets no task.';
    gauge('engine_circuit_state', help, ['engine', 'state'], (shown) => {
      for (const { address: engine, circuit } of this.engines.views) {
        for (const state of CIRCUIT) shown.set({ engine, state }, circuit === state ? 1 : 0);
      }
    });
  }
}

function share(percent: number | null | undefined): number | null {
  return typeof percent === 'number' ? percent / 100 : null;
}

/** A gauge that is filled anew at each scrape. */
function gauge(name: string, help: string, labelNames: string[], fill: (shown: Gauge) => void): void {
  const full = `photo_repair_${name}`;
  register.removeSingleMetric(full);
  const shown: Gauge = new Gauge({
    name: full,
    help,
    labelNames,
    registers: [register],
    collect() {
      shown.reset();
      // Without labels a gauge is 0 after that.
      if (labelNames.length === 0) shown.remove();
      fill(shown);
    },
  });
}
