import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { Expectations } from '../check/observation.js';
import type { Mood } from '../clients/webhook-sink.js';
import { faultEnv, seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { withOtherSystems } from '../system/with-other-systems.js';

const COPIES = [1, 5] as const;
const WORKER_PAUSE_MS = [0, 3_000] as const;
const BRIDGE_PAUSE_MS = [0, 2_500] as const;
/** A fault waits for something to be in hand. */
const AT_WORK_WITHIN_MS = 120_000;
const MOOD_MS = [500, 3_000] as const;
const MOODS: Mood[] = ['well', 'down', 'well', 'failing', 'hanging', 'well', 'redirecting'];
/** One restart of Redis for so many kills of the bridge. */
const BRIDGE_KILLS_A_RESTART = 10;
/** What may be cut short by one kill: all that a process takes in at the same time. */
const IN_HAND = 48;
const RECOVERY_LIMIT_S = 60;
const ENTRIES_A_KILL = 8;
const LOOK_EVERY_MS = 50;
/** In which all that others bring comes at the latest. */
const TRICKLE_MS = 10 * 60_000;

/** A photo that three kills have hit by chance cannot be told from one that kills, and is given up with that reason. */
const EXPECTED: Partial<Expectations> = {
  mayEndAs: (_photo, { failure }) => (failure?.startsWith('worker_crashed') ? ['failed'] : ['succeeded']),
  mostEngineRuns: 12,
};

/** Everything that other systems can do at the same time, while every process of ours is killed at random. */
describe('other systems, hundreds of kills', () => {
  const { FAULT_MESSAGES: messages, FAULT_INTEGRATION_KILLS: kills } = faultEnv();
  const given = withOtherSystems(
    { publishers: true, callbacks: true, redis: true },
    { scenario: 'long-integration', intakeVhost: true, workers: 3, seed: seedOfRun() },
  );

  beforeAll(() => {
    given.others.photoServer.script = (photo, request) =>
      request > 1 || photo % 20 > 1 ? 'whole' : photo % 20 === 0 ? 'busy' : 'cut off';
  });

  it('each task is one, and everybody hears how it ended', async () => {
    const { system, broker, others } = given;
    const { sink } = others;
    const nemesis = new Nemesis(system, broker, system.dice);
    const { counts } = nemesis;
    let redis_kills = 0;
    const done = () => (counts.api_kills + counts.bridge_kills + counts.worker_kills) / (3 * kills);
    const startedAt = Date.now();
    // What a fault waits for comes in any case.
    const pace = () => done() + 0.02 + (Date.now() - startedAt) / TRICKLE_MS;
    const killApis = async () => {
      const all = messages + ENTRIES_A_KILL * kills;
      for (let kill = 1; kill <= kills; kill++) {
        const stored = (all * kill) / (kills + 1);
        await nemesis.killInTheMiddle('api', () => system.untilStored(stored, AT_WORK_WITHIN_MS));
      }
    };
    const bringEntriesAndKill = async () => {
      for (let kill = 0; kill < kills; kill++) {
        await system.bridges[0]!.untilLive();
        const atWork = () =>
          kill % 2 === 0
            ? others.redisUser.untilTaken(AT_WORK_WITHIN_MS)
            : others.redisUser.untilTold(AT_WORK_WITHIN_MS);
        await Promise.all([others.add(ENTRIES_A_KILL), nemesis.killInTheMiddle('bridge', atWork)]);
      }
    };
    const killWorkers = async () => {
      for (let kill = 0; kill < kills; kill++) {
        await sleep(system.dice.between(...WORKER_PAUSE_MS));
        await nemesis.killWorker();
      }
    };
    const restartRedis = async () => {
      for (; redis_kills < kills / BRIDGE_KILLS_A_RESTART; redis_kills++) {
        while (counts.bridge_kills < redis_kills * BRIDGE_KILLS_A_RESTART) await sleep(LOOK_EVERY_MS);
        await nemesis.during(others.redisUser.restartRedis());
      }
    };
    const trouble = async () => {
      for (let turn = 0; done() < 1; turn++) {
        await sink.become(MOODS[turn % MOODS.length]!);
        await sleep(system.dice.between(...MOOD_MS));
      }
      await nemesis.during(sink.become('well'));
    };
    await Promise.all([
      others.publish(messages / others.publishers.length, { copies: COPIES, pace }),
      killApis(),
      bringEntriesAndKill(),
      killWorkers(),
      restartRedis(),
      trouble(),
    ]);
    const sent = others.publishers.reduce((sum, publisher) => sum + publisher.sent, 0);
    await system.untilQuiet(180_000);
    const cut_short = (await system.inspector.temporary()).length;
    const entries = ENTRIES_A_KILL * kills;
    const figures = { redis_kills, messages: sent, entries, posts: sink.posts.length, cut_short };
    const expected = { ...EXPECTED, mostCutShort: 3 * kills * IN_HAND };
    const trial = { scenario: 'long: other systems', nemesis, recoveryLimitS: RECOVERY_LIMIT_S };
    expect(await judge(system, { ...trial, figures, expected, quietLimitMs: 180_000 })).toEqual([]);
    expect(sink.inwardConnections).toBe(0);
  });
});

/** A thousand tasks as they are published by a program that is not sure whether it did. */
describe('a thousand tasks, published up to five times each', () => {
  const { FAULT_MESSAGES: messages, FAULT_MESSAGE_API_KILLS: kills } = faultEnv();
  const given = withOtherSystems(
    { publishers: true },
    { scenario: 'long-messages', intakeVhost: true, seed: seedOfRun() },
  );

  it('while the API is killed', async () => {
    const { system, broker, others } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    const sent = () => others.publishers.reduce((sum, publisher) => sum + publisher.sent, 0);
    const harm = async () => {
      for (let kill = 1; kill <= kills; kill++) {
        const stored = (messages * kill) / (kills + 1);
        await nemesis.killInTheMiddle('api', () => system.untilStored(stored, AT_WORK_WITHIN_MS));
      }
    };
    const startedAt = Date.now();
    const pace = () => (nemesis.counts.api_kills + 1) / kills;
    await Promise.all([
      others.publish(messages / others.publishers.length, { copies: COPIES, pace }),
      harm(),
    ]);
    await vi.waitFor(
      async () => expect((await system.inspector.tasks()).length).toBe(system.photos.all.size),
      { timeout: 120_000, interval: 200 },
    );
    const took_s = Math.round((Date.now() - startedAt) / 1000);
    const expected = { mostEngineRuns: 8, mostCutShort: kills * IN_HAND };
    const trial = { scenario: 'long: a thousand tasks', nemesis, recoveryLimitS: 240, expected };
    const cut_short = (await system.inspector.temporary()).length;
    const figures = { messages: sent(), took_s, cut_short };
    expect(await judge(system, { ...trial, figures, quietLimitMs: 300_000 })).toEqual([]);
  });
});

/** A program that knows Redis alone does not notice what becomes of the broker. */
describe('entries in Redis', () => {
  const { FAULT_ENTRIES: entries, FAULT_ENTRY_BROKER_KILLS: kills } = faultEnv();
  const given = withOtherSystems(
    { redis: true },
    { scenario: 'long-entries', workers: 2, seed: seedOfRun() },
  );

  it('while everything that they pass is killed at once, the broker too', async () => {
    const { system, broker, others } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    const { counts } = nemesis;
    let redis_kills = 0;
    const harm = async () => {
      for (let kill = 0; kill < kills; kill++) {
        await system.programs.untilReady(60_000);
        await sleep(system.dice.between(...BRIDGE_PAUSE_MS));
        await Promise.all([nemesis.killAll(), nemesis.killBridge()]);
        await nemesis.during(others.redisUser.restartRedis());
        redis_kills++;
      }
    };
    const pace = () => (counts.broker_kills + 1) / (kills + 1);
    await Promise.all([others.add(entries, pace), harm()]);
    const expected = { ...EXPECTED, mostCutShort: 2 * kills * IN_HAND };
    const trial = { scenario: 'long: entries in Redis', nemesis, recoveryLimitS: RECOVERY_LIMIT_S };
    const figures = { redis_kills, entries };
    expect(await judge(system, { ...trial, figures, expected, quietLimitMs: 180_000 })).toEqual([]);
  });
});
