import { workerStatusSchema } from '@app/contracts';
import type { Topology } from '@app/messaging';
import { describe, expect, it } from 'vitest';
import type { EngineGate } from '../engines/engine-gate.js';
import type { Engine } from '../engines/engine.js';
import type { Engines } from '../engines/engines.js';
import type { WorkerEnv } from '../env.js';
import type { Orders } from '../orders/orders.js';
import { CurrentRuns } from '../tasks/current-runs.js';
import { WorkerStatusSource } from './worker-status.source.js';

interface Look {
  isWell?: boolean;
  isReachable?: boolean;
  usedPercent?: number | null;
  open?: boolean;
  count?: number;
  begun?: number;
  lacks?: string;
}

function engineOf(look: Look): Engine {
  const { isWell = true, isReachable = true, usedPercent = null, open = true } = look;
  const { count = 0, begun = 0, lacks } = look;
  return {
    isWell,
    isReachable,
    memory: { usedPercent, open },
    lanes: { count, roomOfBegun: { running: begun, ahead: 0 } },
    can: (type: string) => type !== lacks,
  } as unknown as Engine;
}

function sourceOf(looks: Look[], closedCode: EngineGate['closedCode'] = null): WorkerStatusSource {
  const all = looks.map(engineOf);
  return new WorkerStatusSource(
    { name: 'w', maxConcurrentTasks: 2, lookahead: 1 } as WorkerEnv,
    { taskTypes: ['person', 'building'] } as unknown as Topology,
    { closedCode } as EngineGate,
    { all, views: [] } as unknown as Engines,
    new CurrentRuns(),
    { pausedTypes: ['building'] } as unknown as Orders,
  );
}

describe('the status of a worker', () => {
  it('can be read by who it is for', () => {
    const status = sourceOf([{}]).now();
    expect(workerStatusSchema.parse(status)).toEqual(status);
    expect(status.pausedTypes).toEqual(['building']);
  });

  it('counts the places of the engines that are not out, and of one at least', () => {
    expect(sourceOf([{}, {}, { isWell: false }]).now()).toMatchObject({ concurrency: 4, lookahead: 2 });
    expect(sourceOf([{ isWell: false }]).now()).toMatchObject({ concurrency: 2, lookahead: 1 });
  });

  it('names the types that one of its engines can run', () => {
    const types = (looks: Look[]) => sourceOf(looks).now().taskTypes;
    expect(types([{ lacks: 'person' }])).toEqual(['building']);
    expect(types([{ lacks: 'person' }, { lacks: 'building' }])).toEqual(['person', 'building']);
  });

  it('says how full the least full of the engines is that wait for memory, while it waits for it', () => {
    const full = [91, 83, null].map((usedPercent) => ({ usedPercent, open: false }));
    const others = [
      { usedPercent: 40, isWell: false },
      { usedPercent: 81, open: false, isReachable: false },
    ];
    const status = sourceOf([...full, ...others], 'gpu_memory').now();
    expect(status).toMatchObject({ tap: 'closed', closedBecause: 'gpu_memory', gpuMemoryUsedPercent: 83 });
    expect(sourceOf(full, 'no_engine').now().gpuMemoryUsedPercent).toBeNull();
    expect(sourceOf([full[2]!], 'gpu_memory').now().gpuMemoryUsedPercent).toBeNull();
  });

  it('counts what has not begun in any engine', () => {
    const looks = [
      { count: 2, begun: 1 },
      { count: 3, begun: 1 },
    ];
    expect(sourceOf(looks).now().ahead).toBe(3);
  });

  it('says that it stops, whatever the gate says', () => {
    const source = sourceOf([{ open: false, usedPercent: 90 }], 'gpu_memory');
    source.isStopping = true;
    expect(source.now()).toMatchObject({
      closedBecause: 'stopping',
      tap: 'closed',
      gpuMemoryUsedPercent: null,
    });
  });
});
