import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { withFaultSystem } from '../system/with-fault-system.js';

/** Every kind of line, broken in every way for some tenths of a second while photos come in. */
describe('a line that breaks', () => {
  const given = withFaultSystem({ scenario: 'lines', proxied: true, seed: seedOfRun() });

  it.each(['client-api-1', 'api-1-broker', 'worker-1-broker', 'worker-1-engine'])('%s', async (name) => {
    const { system, broker } = given;
    const { dice } = system;
    const line = system.programs.lines.get(name);
    const nemesis = new Nemesis(system, broker, dice);
    const faults = dice.shuffle([
      () => line.delay(dice.between(50, 300)),
      () => line.slow(dice.between(5_000, 50_000)),
      () => line.blackHole(),
      () => line.reset(),
      () => line.refuse(),
    ]);
    const harm = async () => {
      for (const fault of faults) {
        fault();
        await sleep(dice.between(300, 900));
        line.pass();
        await nemesis.during(sleep(dice.between(0, 300)));
      }
    };
    await Promise.all([system.submit(24, { pauseMs: 500 }), harm()]);
    const expected = { mostEngineRuns: 8 };
    expect(await judge(system, { scenario: `line ${name}`, nemesis, expected })).toEqual([]);
  });
});
