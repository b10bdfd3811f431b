import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { redeliverFailed } from '../clients/deliveries.js';
import type { Mood } from '../clients/webhook-sink.js';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { CRASH_POINTS } from '../preload/crash-points.mjs';
import { withOtherSystems } from '../system/with-other-systems.js';

/**
 * Our schedule begins with 5 s; here it begins with 200 ms. So this is a receiver that is down for a minute, and then
 * answers with errors, not at all, and with a way to another server, for as long.
 */
const TROUBLE_MS = 2_500;
const TROUBLES: Mood[] = ['down', 'failing', 'hanging', 'redirecting'];
const PHOTOS_OF_EACH = 30;
/** Everything that was brought while the API was away and back. */
const RECOVERY_LIMIT_S = 45;
/** A process that died just before has to be up again. */
const FIRED = { timeout: 30_000, interval: 25 };
/** Of the rounds that are compared. */
const ROUNDS = 3;
const PHOTOS_OF_A_ROUND = 8;
/** What one API that is killed may have in hand. */
const IN_HAND = 48;
const MOST_CUT_SHORT = (TROUBLES.length + CRASH_POINTS.length) * IN_HAND;

/** A receiver of outcomes that has every kind of trouble. */
describe('every outcome is posted until its receiver takes it', () => {
  const given = withOtherSystems(
    { publishers: true, callbacks: true },
    { scenario: 'webhook-trouble', crashable: true, seed: seedOfRun() },
  );

  afterEach(() => given.others.sink.become('well'));

  let faultsEndedAt: number;
  beforeEach(() => {
    // What waited in an earlier test had its reason there.
    faultsEndedAt = Date.now();
  });

  const wrongAfter = (scenario: string, more: { nemesis?: Nemesis; figures?: Record<string, number> } = {}) =>
    judge(given.system, {
      scenario,
      ...more,
      recoveryLimitS: RECOVERY_LIMIT_S,
      expected: {
        mostEngineRuns: 8,
        mostCutShort: MOST_CUT_SHORT,
        faultsEndedAt: more.nemesis?.lastFaultEndedAt ?? faultsEndedAt,
      },
    });

  it('whatever trouble that has, and although the API is killed meanwhile', async () => {
    const { system, broker, others } = given;
    const { sink } = others;
    const nemesis = new Nemesis(system, broker, system.dice);
    let turn = 0;
    const pending = () => system.inspector.notDelivered();
    /** Until that trouble has lasted for so long and has met some outcomes. */
    const suffer = async (mood: Mood) => {
      // Of one that is down nothing is heard.
      const enough = sink.posts.length + (mood === 'down' ? 0 : 2);
      await sleep(TROUBLE_MS / 2);
      const met = async () => {
        expect(await pending()).toBeGreaterThan(0);
        expect(sink.posts.length).toBeGreaterThanOrEqual(enough);
      };
      await vi.waitFor(met, { timeout: 30_000, interval: 20 });
    };
    const trouble = async () => {
      for (; turn < TROUBLES.length; turn++) {
        const mood = TROUBLES[turn]!;
        await sink.become(mood);
        await suffer(mood);
        await nemesis.killApi();
        expect(await pending()).toBeGreaterThan(0);
        await suffer(mood);
      }
      await nemesis.during(sink.become('well'));
    };
    const pace = () => (turn + 0.5) / TROUBLES.length;
    await Promise.all([others.publish(PHOTOS_OF_EACH, { pace }), trouble()]);
    await system.untilQuiet(60_000);
    const figures = { outcomes: 2 * PHOTOS_OF_EACH, posts: sink.posts.length };
    expect(await wrongAfter('webhook trouble', { nemesis, figures })).toEqual([]);
    // Nobody has followed it to where that leads.
    expect(sink.posts.map(({ mood }) => mood)).toContain('redirecting');
    expect(sink.inwardConnections).toBe(0);
  });

  it('and no task waits for that', async () => {
    const { system, others } = given;
    const { sink } = others;
    const tasks = { well: new Set<string>(), hanging: new Set<string>() };
    const takenMeanwhile = { well: 0, hanging: 0 };
    for (let round = 0; round < 2 * ROUNDS; round++) {
      const mood = round % 2 === 0 ? 'well' : 'hanging';
      const before = new Set((await system.inspector.tasks()).map(({ id }) => id));
      await sink.become(mood);
      const taken = sink.taken.length;
      await others.publish(PHOTOS_OF_A_ROUND / others.publishers.length);
      const theirs = await vi.waitFor(
        async () => {
          const found = (await system.inspector.tasks()).filter(({ id }) => !before.has(id));
          expect(found.map(({ state }) => state)).toEqual(found.map(() => 'succeeded'));
          expect(found).toHaveLength(PHOTOS_OF_A_ROUND);
          return found;
        },
        { timeout: 30_000, interval: 20 },
      );
      takenMeanwhile[mood] += sink.taken.length - taken;
      for (const { id } of theirs) tasks[mood].add(id);
    }
    // All of them had their outcome, although it was taken by nobody.
    expect(takenMeanwhile.hanging).toBe(0);
    await sink.become('well');
    const steps = await system.inspector.steps();
    const median = (ids: ReadonlySet<string>) => {
      const times = [...ids].map((id) => {
        const own = steps.filter(({ taskId }) => taskId === id);
        return own.at(-1)!.at - own[0]!.at;
      });
      return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!;
    };
    const [well_ms, hanging_ms] = [median(tasks.well), median(tasks.hanging)];
    const figures = { well_ms, hanging_ms, ratio: Math.round((100 * hanging_ms) / well_ms) / 100 };
    expect(await wrongAfter('tasks beside a hanging receiver', { figures })).toEqual([]);
  });

  it.each(CRASH_POINTS.filter(({ load }) => load === 'has a webhook'))('$name', async ({ name }) => {
    const { system, others } = given;
    system.programs.arm(name);
    await others.publish(2);
    await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), FIRED);
  });

  // The last one: it judges all that the deaths before it have left, too.
  it('but not where it says that it is gone, until somebody asks for that', async () => {
    const { system, others } = given;
    const { sink } = others;
    await system.untilQuiet(90_000);
    await sink.become('gone');
    await others.publish(4);
    await vi.waitFor(
      async () => {
        const tasks = await system.inspector.tasks();
        expect(tasks.filter(({ state }) => state !== 'succeeded')).toEqual([]);
        expect(tasks).toHaveLength(system.photos.all.size);
        expect(await system.inspector.notDelivered()).toBe(0);
      },
      { timeout: 30_000, interval: 100 },
    );
    await sink.become('well');
    expect(await redeliverFailed(system.apis[0]!.url)).toBe(8);
    expect(await wrongAfter('receiver gone and back')).toEqual([]);
  });
});
