import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { FaultBroker } from '../system/fault-broker.js';
import { FaultSystem } from '../system/fault-system.js';
import { withFaultSystem } from '../system/with-fault-system.js';

const ROLLING_MS = 3 * 60_000;
const ALARM_MS = 30_000;
/** RabbitMQ with a heartbeat of 10 s gives a peer up within 30 s. */
const FROZEN_MS = 45_000;
const EXPECTED = { mostEngineRuns: 12 };

describe('what operators and machines do to a system', () => {
  const given = withFaultSystem({ scenario: 'long-operations', workers: 3, seed: seedOfRun() });

  it('rolling restarts for minutes', async () => {
    const { system, broker } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    const startedAt = Date.now();
    const share = () => (Date.now() - startedAt) / ROLLING_MS;
    const codes = new Set<number | null>();
    const harm = async () => {
      while (share() < 1) {
        const process = system.dice.pick(system.programs.all);
        codes.add(await nemesis.during(process.restart()));
        await process.untilReady(60_000);
      }
    };
    await Promise.all([system.submit(500, { pace: share }), harm()]);
    const trial = { scenario: 'long: rolling restarts', nemesis, expected: EXPECTED };
    expect(await judge(system, trial)).toEqual([]);
    expect([...codes]).toEqual([0]);
  });

  it.each(['memory', 'disk'] as const)('a %s alarm that lasts', async (kind) => {
    const { system, broker } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    const harm = async () => {
      await broker.raiseAlarm(kind);
      await sleep(ALARM_MS);
      await broker.endAlarms();
    };
    await Promise.all([system.submit(80, { pauseMs: 400 }), nemesis.during(harm())]);
    expect(await judge(system, { scenario: `long: ${kind} alarm`, nemesis, expected: EXPECTED })).toEqual([]);
  });

  it.each(['worker', 'api'] as const)('a frozen %s, which is given up and comes back', async (kind) => {
    const { system, broker } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    const frozen = system.dice.pick(kind === 'worker' ? system.workers : system.apis);
    const harm = async () => {
      await sleep(system.dice.between(500, 1_500));
      frozen.freeze(true);
      await sleep(FROZEN_MS);
      frozen.freeze(false);
    };
    await Promise.all([system.submit(60, { pauseMs: 200 }), nemesis.during(harm())]);
    expect(await judge(system, { scenario: `long: frozen ${kind}`, nemesis, expected: EXPECTED })).toEqual(
      [],
    );
  });
});

describe('a consumer timeout as RabbitMQ looks for it, once a minute', () => {
  let broker: FaultBroker;
  let system: FaultSystem;

  beforeAll(async () => {
    broker = await FaultBroker.start({ consumerTimeoutMs: 60_000, lookEveryMs: 60_000 });
    system = await FaultSystem.start({ scenario: 'long-consumer-timeout', broker });
  });

  afterAll(async () => {
    await system?.stop();
    await broker?.remove();
  });

  it('leaves one result of a photo that takes longer', async () => {
    system.engine.colouriser.script = (photo) => ({ afterMs: photo === 1 ? 150_000 : 20 });
    await system.submit(6);
    const trial = { scenario: 'long: consumer timeout', quietLimitMs: 6 * 60_000 };
    expect(await judge(system, trial)).toEqual([]);
    expect(system.programs.logged('PRECONDITION_FAILED')).toBe(true);
  });
});
