import type { WorkerStatus } from '@app/contracts';
import type { WorkerStatusPublisher } from '@app/messaging';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BrokerConnections } from '../broker/broker-connections.js';
import type { EngineGate } from '../engines/engine-gate.js';
import { CurrentRuns } from '../tasks/current-runs.js';
import { WorkerPresence } from './worker-presence.js';
import type { WorkerStatusSource } from './worker-status.source.js';

describe('WorkerPresence', () => {
  /** Whether each telling was of a worker that stops. */
  let told: boolean[];
  let canSend: boolean;
  /** What it says of its gate. */
  let gateNow: Partial<WorkerStatus>;
  let moveGate: (now?: Partial<WorkerStatus>) => void;
  let moveConnection: (state: string) => void;
  let presence: WorkerPresence;
  let runs: CurrentRuns;

  beforeEach(() => {
    vi.useFakeTimers();
    told = [];
    canSend = true;
    gateNow = { closedBecause: null };
    moveGate = moveConnection = () => undefined;
    const source = {
      isStopping: false,
      now: () => ({ kind: 'worker', ...gateNow }) as WorkerStatus,
    } as WorkerStatusSource;
    const publisher = {
      publishWorkerStatus: () => {
        if (canSend) told.push(source.isStopping);
        return canSend;
      },
    } as unknown as WorkerStatusPublisher;
    const publish = {
      onState: (listener: (state: string) => void) => {
        moveConnection = listener;
        return () => (moveConnection = () => undefined);
      },
    };
    const gate = {
      onChange: (listener: () => void) => {
        moveGate = (now = gateNow) => {
          gateNow = now;
          listener();
        };
        return () => (moveGate = () => undefined);
      },
    } as unknown as EngineGate;
    runs = new CurrentRuns();
    presence = new WorkerPresence(source, publisher, { publish } as unknown as BrokerConnections, gate, runs);
    presence.onApplicationBootstrap();
  });
  afterEach(() => void vi.useRealTimers());

  it('tells at its start, and every 5 s of silence', () => {
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(4_999);
    expect(told).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(told).toHaveLength(2);
    vi.advanceTimersByTime(10_000);
    expect(told).toHaveLength(4);
  });

  it('tells at once when something changes, and 5 s later again', () => {
    vi.advanceTimersByTime(3_000);
    moveGate({ closedBecause: 'gpu_memory', gpuMemoryUsedPercent: 83 });
    const run = runs.begin({ taskId: 'a', taskType: 'person' } as never);
    run.end();
    moveConnection('connected');
    presence.announce();
    expect(told).toHaveLength(6);
    vi.advanceTimersByTime(4_999);
    expect(told).toHaveLength(6);
    vi.advanceTimersByTime(1);
    expect(told).toHaveLength(7);
  });

  it('tells at once what of the gate moves people, and leaves the rest to the next beat', () => {
    moveGate();
    moveGate({ ...gateNow, ahead: 1 });
    expect(told).toHaveLength(1);
    for (const gpuMemoryUsedPercent of [83, 84, 84])
      moveGate({ closedBecause: 'gpu_memory', gpuMemoryUsedPercent });
    expect(told).toHaveLength(3);
    moveGate({ closedBecause: null, concurrency: 2 });
    moveGate({ closedBecause: null, concurrency: 1 });
    expect(told).toHaveLength(5);
  });

  it('says nothing new where the connection goes, and all of it as soon as it can be sent again', () => {
    canSend = false;
    moveConnection('connecting');
    moveGate({ closedBecause: 'no_engine' });
    moveConnection('connected');
    vi.advanceTimersByTime(1_000);
    expect(told).toHaveLength(1);
    canSend = true;
    vi.advanceTimersByTime(250);
    expect(told).toHaveLength(2);
  });

  it('goes on while it stops, and is silent then', () => {
    presence.beforeApplicationShutdown();
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual([false, true, true]);
    presence.onApplicationShutdown();
    moveGate({ closedBecause: 'no_engine' });
    moveConnection('connected');
    runs.begin({ taskId: 'a', taskType: 'person' } as never);
    vi.advanceTimersByTime(60_000);
    expect(told).toHaveLength(3);
    expect(vi.getTimerCount()).toBe(0);
  });
});
