import { describe, expect, it } from 'vitest';
import { workerStatusSchema } from './worker-status.js';

const ENGINE = { address: 'http://gpu:8188', reachable: true, device: 'cpu', memoryTotal: 1, memoryFree: 1 };
const OLD = {
  version: 1,
  kind: 'worker',
  worker: 'w',
  process: '0d4a7f4e-6c0a-4d3a-8a3c-0d6f1c2b3a40',
  taskTypes: ['person'],
  concurrency: 1,
  lookahead: 0,
  running: [],
  engines: [ENGINE],
  tap: 'closed',
  closedBecause: 'gpu_memory',
  at: '2026-11-22T06:00:00.000Z',
};

describe('a worker status', () => {
  it('of an older worker, which does not know the newer figures, is understood as it is', () => {
    expect(workerStatusSchema.parse(OLD)).toEqual(OLD);
  });

  it('carries all of it', () => {
    const engine = {
      ...ENGINE,
      utilization: 93,
      memoryUsedPercent: 83.5,
      circuit: 'half_open',
      problems: ['the queue stands still'],
      loaded: 'person',
    };
    const status = { ...OLD, engines: [engine], gpuMemoryUsedPercent: 83.5, ahead: 1 };
    expect(workerStatusSchema.parse(status)).toEqual(status);
  });

  it.each<[string, unknown]>([
    ['utilization', 120],
    ['memoryUsedPercent', '83'],
    ['circuit', 'melted'],
    ['problems', 'none'],
    ['problems', ['x'.repeat(301)]],
    ['loaded', 'Not A Type'],
  ])('of a newer worker is not lost for a %s that is not known: %j', (member, value) => {
    const status = workerStatusSchema.parse({ ...OLD, engines: [{ ...ENGINE, [member]: value }] });
    expect(status.engines[0]).toMatchObject(ENGINE);
    expect(status.engines[0]).not.toMatchObject({ [member]: value });
  });

  it.each<[string, unknown]>([
    ['gpuMemoryUsedPercent', -1],
    ['ahead', 'many'],
  ])('nor for a %s: %j', (member, value) => {
    expect(workerStatusSchema.parse({ ...OLD, [member]: value })).toMatchObject(OLD);
  });

  it('of a newer worker says that it is there, whatever it is at or why it takes nothing', () => {
    const task = { taskId: OLD.process, taskType: 'person', since: OLD.at };
    const newer = { ...OLD, closedBecause: 'tired', running: [{ ...task, stage: 'framing' }] };
    expect(workerStatusSchema.parse(newer)).toEqual({
      ...OLD,
      closedBecause: null,
      running: [{ ...task, stage: 'running' }],
    });
  });

  it('is refused where what every worker tells is nonsense', () => {
    expect(workerStatusSchema.safeParse({ ...OLD, at: 'yesterday' }).success).toBe(false);
    expect(workerStatusSchema.safeParse({ ...OLD, closedBecause: 7 }).success).toBe(false);
  });
});
