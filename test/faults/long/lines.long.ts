import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { TcpProxy } from '../../support/tcp-proxy.js';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { withFaultSystem } from '../system/with-fault-system.js';

const LINES = ['client-api-1', 'api-1-broker', 'worker-1-broker', 'worker-1-engine'];

/** How a line breaks, and for how long. */
const FAULTS: [string, number, (line: TcpProxy) => void][] = [
  ['delayed by a second', 20_000, (line) => line.delay(1_000)],
  ['down to a trickle', 20_000, (line) => line.slow(2_000)],
  // Longer than the two heartbeats after which RabbitMQ and its clients give a peer up.
  ['silent', 45_000, (line) => line.blackHole()],
  ['refused', 15_000, (line) => line.refuse()],
];
const RESETS = 15;

/** Every kind of line, broken in every way for long enough that somebody notices. */
describe('a line that is broken for long', () => {
  const given = withFaultSystem({ scenario: 'long-lines', proxied: true, seed: seedOfRun() });

  const wrongAfter = async (scenario: string, name: string, harm: (line: TcpProxy) => Promise<void>) => {
    const { system, broker } = given;
    const line = system.programs.lines.get(name);
    const nemesis = new Nemesis(system, broker, system.dice);
    const mend = async () => {
      await harm(line);
      line.pass();
    };
    await Promise.all([system.submit(40, { pauseMs: 500 }), nemesis.during(mend())]);
    return judge(system, {
      scenario: `long: ${name} ${scenario}`,
      nemesis,
      expected: { mostEngineRuns: 12 },
    });
  };

  describe.each(LINES)('%s', (name) => {
    it.each(FAULTS)('%s', async (scenario, lastsMs, breakIt) => {
      const harm = async (line: TcpProxy) => {
        breakIt(line);
        await sleep(lastsMs);
      };
      expect(await wrongAfter(scenario, name, harm)).toEqual([]);
    });

    it('reset again and again', async () => {
      const harm = async (line: TcpProxy) => {
        for (let reset = 0; reset < RESETS; reset++) {
          line.reset();
          await sleep(given.system.dice.between(0, 2_000));
        }
      };
      expect(await wrongAfter('reset again and again', name, harm)).toEqual([]);
    });
  });
});
