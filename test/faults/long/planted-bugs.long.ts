import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it, vi } from 'vitest';
import { wrongs } from '../check/check.js';
import type { ViolationKind } from '../check/violation.js';
import { eraseTask } from '../clients/task-commands.js';
import '../global-fault-broker.js';
import { FaultBroker } from '../system/fault-broker.js';
import { FaultSystem } from '../system/fault-system.js';
import { withFaultSystem } from '../system/with-fault-system.js';

/** Longer than the whole recovery of a system without a planted bug takes here. */
const PATIENCE_MS = 7_000;
const LESS_THAN_PATIENCE_MS = 5_000;

interface PlantedBug {
  app: 'api' | 'worker';
  name: string;
  /** What the checker has to find, and would not without the bug. */
  finds: ViolationKind;
  /** Brings photos, and does the harm that the bug does not survive. */
  harm: (system: FaultSystem) => Promise<void>;
}

/** Resolves when the engine has begun one more photo than it had. */
async function untilEngineRuns({ engine: { colouriser } }: FaultSystem): Promise<void> {
  const before = colouriser.runs.size;
  await vi.waitFor(() => expect(colouriser.runs.size).toBeGreaterThan(before), {
    timeout: 10_000,
    interval: 10,
  });
}

const BUGS: PlantedBug[] = [
  {
    app: 'worker',
    name: 'ack before the work is stored',
    finds: 'unfinished',
    harm: async (system) => {
      // Long enough to be killed in it.
      system.engine.colouriser.script = () => ({ afterMs: 500 });
      await Promise.all([system.submit(2), untilEngineRuns(system)]);
      await Promise.all(system.workers.map((worker) => worker.kill()));
    },
  },
  {
    app: 'api',
    name: 'publish without waiting for the confirm',
    finds: 'unfinished',
    harm: async (system) => {
      const line = system.programs.lines.get('api-1-broker');
      line.blackHole();
      await system.submit(4);
      // The bug takes them for published at once.
      await sleep(1_000);
      line.reset();
      line.pass();
    },
  },
  {
    app: 'worker',
    name: 'a channel that closes unnoticed',
    finds: 'unfinished',
    harm: async (system) => {
      for (const worker of system.workers) system.programs.lines.get(`${worker.name}-broker`).reset();
      await system.submit(2);
    },
  },
  {
    app: 'api',
    name: 'an event acknowledged before it is stored',
    finds: 'log_disagrees',
    harm: async (system) => {
      const countEnds = async () =>
        (await system.inspector.told()).filter(({ kind }) => kind === 'succeeded').length;
      const before = await countEnds();
      await system.submit(2);
      await vi.waitFor(async () => expect(await countEnds()).toBeGreaterThan(before), { timeout: 10_000 });
      await system.apis[0]?.kill();
    },
  },
  {
    app: 'api',
    name: 'a key that is forgotten',
    finds: 'duplicated_task',
    harm: async (system) => {
      system.programs.arm('api: task recorded, dispatcher not told, nothing answered');
      await system.submit(1);
    },
  },
  {
    app: 'api',
    name: 'a hand-over that nobody repeats',
    finds: 'idle',
    harm: async (system) => {
      system.programs.arm('api: hand-over written, message not published');
      await system.submit(1);
      await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), { timeout: 5_000 });
    },
  },
  {
    app: 'api',
    name: 'a line that is told of arrivals only',
    finds: 'line_disagrees',
    harm: (system) => system.submit(1),
  },
  {
    app: 'api',
    name: 'a step that is not written down',
    finds: 'broken_log',
    harm: (system) => system.submit(1),
  },
  {
    app: 'api',
    name: 'a copy of a photo that nobody knows of',
    finds: 'orphan',
    harm: (system) => system.submit(1),
  },
  {
    app: 'api',
    name: 'an erasure that keeps the original',
    finds: 'not_erased',
    harm: async (system) => {
      const photo = await system.photos.take();
      await system.bring([photo]);
      await system.untilQuiet(10_000);
      await eraseTask(system.apis[0]!.url, system.taskOf(photo));
      system.submissionOf(photo.number).erased = true;
      await system.untilErased(PATIENCE_MS);
    },
  },
  {
    app: 'worker',
    name: 'a result that is made twice',
    finds: 'duplicated_result',
    harm: async (system) => {
      system.programs.arm('worker: succeeded confirmed, ledger not settled');
      await system.submit(1);
      await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), { timeout: 5_000 });
    },
  },
  {
    app: 'worker',
    name: 'a result of another photo',
    finds: 'foreign_result',
    harm: (system) => system.submit(4),
  },
];

/** One worker is enough for a bug, and starts in half the time of two. */
const SMALL = { workers: 1, proxied: true, crashable: true };

describe('the checker sees that something is wrong', () => {
  // Side by side, since most of it is waiting for what never comes.
  it.concurrent.each(BUGS)('with $name', async ({ app, name, finds, harm }) => {
    const broker = FaultBroker.adopt(inject('faultBrokerFolder'));
    const scenario = `planted-${name.replaceAll(' ', '-')}`;
    const system = await FaultSystem.start({ ...SMALL, scenario, broker, plantedBug: { app, name } });
    try {
      await harm(system);
      const report = await system.verdict(PATIENCE_MS, { mostIdleMs: LESS_THAN_PATIENCE_MS });
      expect(report.ok).toBe(false);
      expect(report.violations.map(({ kind }) => kind)).toContain(finds);
    } finally {
      await system.stop();
    }
  });
});

describe('without a planted bug', () => {
  const given = withFaultSystem({ ...SMALL, scenario: 'nothing-planted' });
  /** The bugs that could be told from impatience by nothing else. */
  const BY_WAITING: readonly ViolationKind[] = ['unfinished', 'log_disagrees', 'idle', 'not_erased'];
  const byWaiting = BUGS.filter(({ finds }) => BY_WAITING.includes(finds));

  it.each(byWaiting)('the system survives what is done to it for $name', async ({ harm }) => {
    await harm(given.system);
    expect(wrongs(await given.system.verdict(PATIENCE_MS))).toEqual([]);
  });
});
