import { describe, expect, inject, it, vi } from 'vitest';
import { wrongs } from '../check/check.js';
import type { ViolationKind } from '../check/violation.js';
import '../global-fault-broker.js';
import { FaultBroker } from '../system/fault-broker.js';
import { FaultSystem } from '../system/fault-system.js';
import { OtherSystems, type OtherSystemsOptions } from '../system/other-systems.js';

/** Longer than the whole recovery of a system without a planted bug takes here. */
const PATIENCE_MS = 8_000;
/** What a process takes to be up again while many systems run side by side. */
const RESTART_MS = 30_000;
const SOON = { timeout: 15_000, interval: 20 };

interface PlantedBug {
  app: 'api' | 'bridge';
  name: string;
  others: OtherSystemsOptions;
  /** What the checker has to find, and would not without the bug. */
  finds: ViolationKind;
  /** Brings photos, and does the harm that the bug does not survive. */
  harm: (system: FaultSystem, others: OtherSystems) => Promise<void>;
}

const untilFired = ({ programs }: FaultSystem) =>
  vi.waitFor(() => expect(programs.hasFired).toBe(true), SOON);

const untilDone = (system: FaultSystem) =>
  vi.waitFor(async () => {
    const states = (await system.inspector.tasks()).map(({ state }) => state);
    expect(states).toEqual([...system.photos.all.keys()].map(() => 'succeeded'));
  }, SOON);

const PUBLISHERS = { publishers: true };
const CALLBACKS = { publishers: true, callbacks: true };
const REDIS = { redis: true };

const BUGS: PlantedBug[] = [
  {
    app: 'api',
    name: 'a message acknowledged before its task is stored',
    others: PUBLISHERS,
    finds: 'lost',
    harm: async (system, others) => {
      await others.publish(2);
      await vi.waitFor(
        async () => expect(await system.inspector.inBroker('photo_repair_tasks')).toBe(0),
        SOON,
      );
      await system.apis[0]!.kill();
    },
  },
  {
    app: 'api',
    name: 'an outcome written down before its deliveries',
    others: PUBLISHERS,
    finds: 'unanswered',
    harm: async (system, others) => {
      await others.publish(2);
      await untilDone(system);
      await system.apis[0]!.kill();
    },
  },
  {
    app: 'api',
    name: 'a key that is forgotten',
    others: PUBLISHERS,
    finds: 'duplicated_task',
    harm: (_system, others) => others.publish(1, { copies: [2, 2] }),
  },
  {
    app: 'api',
    name: 'a webhook with an id of its own each time',
    others: CALLBACKS,
    finds: 'doubled_answer',
    harm: async (_system, others) => {
      await others.sink.become('failing');
      await others.publish(1);
      await vi.waitFor(() => expect(others.sink.posts.length).toBeGreaterThan(2), SOON);
      await others.sink.become('well');
    },
  },
  {
    app: 'api',
    name: 'a webhook signed with something else',
    others: CALLBACKS,
    finds: 'unsigned',
    harm: (_system, others) => others.publish(1),
  },
  {
    app: 'bridge',
    name: 'an entry acknowledged before its task is confirmed',
    others: REDIS,
    finds: 'lost',
    harm: async (system, others) => {
      await others.add(2);
      await vi.waitFor(async () => {
        const { queues } = await others.redisUser.look();
        expect(queues.map(({ ready, unacked }) => ready + unacked)).toEqual([0]);
      }, SOON);
      await system.bridges[0]!.kill();
    },
  },
  {
    app: 'bridge',
    name: 'an outcome that is told each time',
    others: REDIS,
    finds: 'doubled_answer',
    harm: async (system, others) => {
      system.programs.arm('bridge: result told, answer not acknowledged');
      await others.add(1);
      await untilFired(system);
    },
  },
  {
    app: 'bridge',
    name: 'a file that is cut off',
    others: REDIS,
    finds: 'wrong_output',
    harm: (_system, others) => others.add(1),
  },
  {
    app: 'api',
    name: 'a photo that stays in the inbox',
    others: REDIS,
    finds: 'leftover',
    harm: (_system, others) => others.add(1),
  },
];

/** A small system among others, with a bug or without. */
async function within<T>(
  { name, others: options }: Pick<PlantedBug, 'name' | 'others'>,
  plantedBug: { app: 'api' | 'bridge'; name: string } | undefined,
  act: (system: FaultSystem, others: OtherSystems) => Promise<T>,
): Promise<T> {
  const others = await OtherSystems.start(options);
  try {
    const system = await FaultSystem.start({
      scenario: `${plantedBug ? 'planted' : 'not-planted'}-${name.replaceAll(' ', '-')}`,
      broker: FaultBroker.adopt(inject('faultBrokerFolder')),
      workers: 1,
      crashable: true,
      ...others.systemOptions,
      ...(plantedBug && { plantedBug }),
    });
    try {
      await others.meet(system);
      return await act(system, others);
    } finally {
      await others.leave();
      await system.stop();
    }
  } finally {
    await others.stop();
  }
}

describe('the checker sees what other systems suffer', () => {
  // Side by side, since most of it is waiting for what never comes.
  it.concurrent.each(BUGS)('from $name', async (bug) => {
    const { app, name, finds, harm } = bug;
    const report = await within(bug, { app, name }, async (system, others) => {
      await harm(system, others);
      await system.programs.untilReady(RESTART_MS);
      return system.verdict(PATIENCE_MS);
    });
    expect(report.ok).toBe(false);
    expect(report.violations.map(({ kind }) => kind)).toContain(finds);
  });

  it.concurrent.each(
    [PUBLISHERS, CALLBACKS, REDIS].map((others) => ({ others, name: Object.keys(others).join(' and ') })),
  )('and nothing where nothing is planted: $name', async ({ others: options, name }) => {
    const found = await within({ name, others: options }, undefined, async (system, others) => {
      for (const bug of BUGS.filter((each) => each.others === options)) await bug.harm(system, others);
      await system.programs.untilReady(RESTART_MS);
      const expected = { mostCutShort: 10, mostEngineRuns: 8, mostIdleMs: RESTART_MS };
      return wrongs(await system.verdict(RESTART_MS, expected));
    });
    expect(found).toEqual([]);
  });
});
