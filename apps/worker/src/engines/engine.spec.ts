import type { ComfyClient } from '@app/comfyui';
import { TaskFailure } from '@app/contracts';
import { readGpu } from '@app/gpu-monitor';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Capabilities } from './engine-capabilities.js';
import { Engine } from './engine.js';

const GB = 1_000_000_000;

describe('Engine', () => {
  let nowMs: number;
  let changes: number;
  let engine: Engine;

  beforeEach(() => {
    nowMs = 1_000_000;
    changes = 0;
    engine = new Engine({
      client: { address: 'http://a:8188' } as ComfyClient,
      lanes: { running: 1, ahead: 1 },
      memoryThresholdPercent: 80,
      modelOf: (taskType) => `${taskType}.pth`,
      onChange: () => (changes += 1),
      nowMs: () => nowMs,
    });
  });

  /** A good look at a card of 24 GB, of which others hold so much. */
  function look({ remaining = 0, others = 0, heldGb = 0 } = {}): void {
    const card = { name: 'cuda:0 NVIDIA RTX 4090', type: 'cuda', index: 0, vram_total: 24 * GB };
    const devices = [{ ...card, vram_free: (24 - heldGb) * GB, torch_vram_total: 0, torch_vram_free: 0 }];
    const device = { name: 'RTX 4090', isGpu: true, memoryTotal: 24 * GB, memoryFree: (24 - heldGb) * GB };
    const ref = { name: 'comfyui' as const, version: '0.27.1' };
    engine.answered({ remaining, ref, device, gpu: readGpu({ devices }) }, others);
  }

  /** It can run these, and lacks something for those that have a phrase. */
  function capabilities(lacks: Record<string, string | null>): Capabilities {
    const lacking = Object.entries(lacks).flatMap(([type, phrase]): [string, string][] =>
      phrase === null ? [] : [[type, phrase]],
    );
    return { nodes: new Map(), taskTypes: new Set(Object.keys(lacks)), lacks: new Map(lacking) };
  }

  const makeReady = (): void => {
    look();
    engine.isReady(capabilities({ person: null }));
  };

  it('gets tasks when it has answered and is found to be ready, not before', () => {
    expect([engine.isInRotation, engine.problems]).toEqual([false, ['has not been asked yet']]);
    look();
    expect([engine.isInRotation, engine.problems]).toEqual([false, ['is being looked at']]);
    engine.isReady(capabilities({ person: null }));
    expect([engine.isInRotation, engine.problems]).toEqual([true, []]);
    expect(engine.room).toEqual({ running: 1, ahead: 1 });
  });

  it('that misses a look gets no task, but is not out until the third', () => {
    makeReady();
    for (const isWell of [true, true, false]) {
      engine.wasSilent(new TaskFailure('engine_unreachable', 'GET /prompt failed: ECONNREFUSED'));
      expect([engine.isInRotation, engine.isWell]).toEqual([false, isWell]);
    }
    expect(engine.view).toMatchObject({
      reachable: false,
      circuit: 'open',
      problems: ['does not answer (GET /prompt failed: ECONNREFUSED)'],
    });
  });

  it('may run one task when it comes back from failing, and as many as ever when that went well', () => {
    makeReady();
    for (let times = 0; times < 3; times++) engine.failed(new TaskFailure('upstream_garbage', 'a page'));
    expect([engine.isWell, engine.room]).toEqual([false, { running: 0, ahead: 0 }]);
    nowMs += 5_000;
    look();
    expect(engine.room).toEqual({ running: 1, ahead: 0 });
    engine.succeeded('person');
    expect(engine.room).toEqual({ running: 1, ahead: 1 });
  });

  it('keeps the tasks that it runs in its room while it may get none', () => {
    makeReady();
    engine.lanes.take();
    look({ heldGb: 23 });
    expect(engine.memory).toMatchObject({ open: false, usedPercent: 96 });
    expect([engine.isInRotation, engine.isWell]).toEqual([false, true]);
    expect(engine.room).toEqual({ running: 1, ahead: 0 });
  });

  it('is out where it can run no type at all, and says why of each', () => {
    look();
    const lacks = { person: 'cannot run "person": no node', building: null };
    engine.isReady(capabilities(lacks));
    expect([engine.isWell, engine.can('person'), engine.can('building')]).toEqual([true, false, true]);
    engine.isReady(capabilities({ ...lacks, building: 'cannot run "building": no model' }));
    expect(engine.isWell).toBe(false);
    expect(engine.problems).toEqual(['cannot run "person": no node', 'cannot run "building": no model']);
    expect(engine.can('new-type')).toBe(false);
  });

  it('is given nothing from when it may be another process until that is known', () => {
    makeReady();
    engine.isReturning();
    look();
    expect([engine.isInRotation, engine.isWell]).toEqual([false, true]);
    engine.hasReturned();
    expect(engine.isInRotation).toBe(true);
  });

  it('knows what ran last, until it was asked to free its memory', () => {
    makeReady();
    engine.warmedUp('person', null);
    expect(engine.loaded).toEqual({ taskType: 'person', model: 'person.pth' });
    engine.succeeded('building');
    expect(engine.view.loaded).toBe('building');
    engine.wasFreed();
    expect(engine.view.loaded).toBeNull();
  });

  it('tells a failed warm-up until a task has gone well', () => {
    makeReady();
    engine.warmedUp(null, 'its warm-up failed (no kernel)');
    expect([engine.isInRotation, engine.problems]).toEqual([true, ['its warm-up failed (no kernel)']]);
    engine.succeeded('person');
    expect(engine.problems).toEqual([]);
  });

  it('gives turns as soon as its socket says that nothing of others is left', async () => {
    makeReady();
    engine.heard(2, 2);
    const lane = engine.lanes.take();
    const before = changes;
    engine.heard(1, 0);
    await lane.turn;
    expect(changes).toBe(before + 1);
  });
});
