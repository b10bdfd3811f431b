import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { AutoscaledSystem } from '../../integration/autoscale/autoscaled-system.js';
import { submitMany } from '../../integration/pauses/operator-calls.js';
import { Dice } from '../dice.js';
import { seedOfRun } from '../env.js';
import { FaultBroker } from '../system/fault-broker.js';

const PHOTOS = 250;
const PROMPT_MS = 400;
/** From before its first look until after several. */
const LIVES_MS = [200, 4_000] as const;
const patient = { timeout: 120_000, interval: 100 };

describe('a supervisor of local workers that is killed again and again', () => {
  const vhost = `autoscale-${crypto.randomUUID()}`;
  const dice = new Dice(seedOfRun());
  let broker: FaultBroker;
  let system: AutoscaledSystem;

  beforeAll(async () => {
    broker = FaultBroker.adopt(inject('faultBrokerFolder'));
    await broker.createVhost(vhost);
    system = await AutoscaledSystem.start(`${broker.url}/${vhost}`, PROMPT_MS);
  });
  afterAll(async () => {
    await system?.stop();
    await broker?.deleteVhost(vhost);
  });

  it('goes up above each 100, loses and doubles nothing, leaks no worker, and goes back to the least', async () => {
    const photos = await submitMany(system.api, PHOTOS);
    let mostWorkers = 0;
    while ((await system.count('succeeded')) < PHOTOS) {
      const supervisor = system.supervise();
      await sleep(dice.between(...LIVES_MS));
      mostWorkers = Math.max(mostWorkers, system.processes.length);
      supervisor.signal('SIGKILL');
      await supervisor.ended();
      // What runs is what is written down; one that was asked to stop may just be ending.
      await vi.waitFor(() => {
        const written = system.workers.map(({ pid }) => pid);
        expect(new Set(system.processes)).toEqual(new Set(written));
      }, patient);
    }
    const last = system.supervise();
    await vi.waitFor(() => expect(system.workers).toHaveLength(1), patient);
    expect(system.processes).toHaveLength(1);
    const kills = system.supervisors.length - 1;
    console.log(
      `seed ${dice.seed}: ${kills} supervisors killed, up to ${mostWorkers} workers for ${PHOTOS} photos`,
    );
    expect(mostWorkers).toBe(3);
    expect(await system.attempts(photos)).toEqual(photos.map(() => 1));
    expect(await system.prompts()).toBe(PHOTOS);
    last.signal('SIGTERM');
    expect(await last.ended()).toBe(0);
    expect(system.processes).toEqual([]);
  });
});
