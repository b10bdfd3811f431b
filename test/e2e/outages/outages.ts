import type { CauseCode } from '@app/contracts';
import { expect, vi } from 'vitest';
import { AUTHORIZATION } from '../../faults/clients/operator-key.js';
import { PASSWORDS, TASK_TYPE, WORKER, type OutageSystem } from './outage-system.js';

/** Longer than a database takes that answers after 1.4 s. */
const SOON = { timeout: 45_000, interval: 200 };
const POISONED = 3;
/** To the database and back it is twice as long. */
const DATABASE_DELAY_MS = 700;

/** Something that goes wrong, and how it is put right. */
export interface Outage {
  /** As docs/OPERATING.md calls it. */
  name: string;
  /** What the page is told first of all; several engines or types may have the same at once. */
  cause: { code: CauseCode; subject: (system: OutageSystem) => string | null };
  /** Gives a photo that was taken in and waits for the end of it; null where none is taken in meanwhile. */
  harm: (system: OutageSystem) => Promise<string | null>;
  /** What the runbook says. */
  mend: (system: OutageSystem) => Promise<unknown>;
}

/** The alert needs it to last for an hour, which is a minute of a test: it is there while all others come and go. */
export const RECEIVER_DOWN: Outage = {
  name: 'a receiver of webhooks is down',
  cause: { code: 'deliveries_failing', subject: ({ sink }) => sink.host },
  harm: async (system) => {
    await system.sink.become('down');
    return system.accepted('good', system.sink.url);
  },
  mend: ({ sink }) => sink.become('well'),
};

/** One after the other. */
export const OUTAGES: readonly Outage[] = [
  {
    name: 'an engine is down',
    cause: { code: 'engine_unreachable', subject: ({ engine }) => engine.url },
    harm: async (system) => {
      await system.engine.stop();
      return system.accepted();
    },
    mend: (system) => system.startEngine(),
  },
  {
    name: 'the memory of a GPU is full',
    cause: { code: 'gpu_memory', subject: () => WORKER },
    harm: async (system) => {
      await system.engine.become('full');
      return system.accepted();
    },
    mend: ({ engine }) => engine.become('well'),
  },
  {
    name: 'the queue of an engine stands still',
    cause: { code: 'engine_queue_stuck', subject: ({ engine }) => engine.url },
    harm: async (system) => {
      await system.engine.become('stuck');
      return system.accepted();
    },
    mend: async (system) => {
      await system.engine.stop();
      await system.startEngine();
    },
  },
  {
    name: 'RabbitMQ blocks',
    cause: { code: 'broker_blocked', subject: () => null },
    harm: async (system) => {
      await system.broker.raiseAlarm('memory');
      return system.accepted();
    },
    mend: ({ broker }) => broker.endAlarms(),
  },
  {
    name: 'the disk is full',
    cause: { code: 'storage_full', subject: () => null },
    harm: async (system) => {
      await system.disk.fill();
      expect(await system.send()).toEqual({ refused: 'storage_full' });
      return null;
    },
    mend: ({ disk }) => disk.mend(),
  },
  {
    name: 'the disk takes no writes',
    cause: { code: 'storage_failing', subject: () => null },
    harm: async (system) => {
      await system.disk.writeProtect();
      expect(await system.send()).toEqual({ refused: 'storage_unavailable' });
      return null;
    },
    mend: ({ disk }) => disk.mend(),
  },
  {
    name: 'no worker runs',
    cause: { code: 'no_worker', subject: () => TASK_TYPE },
    harm: async (system) => {
      await system.worker.stop();
      return system.accepted();
    },
    mend: async ({ worker }) => worker.run(),
  },
  {
    name: 'a worker has a wrong password',
    cause: { code: 'no_worker', subject: () => TASK_TYPE },
    harm: async (system) => {
      await system.setPassword('worker', 'another one');
      system.workerLine.reset();
      return system.accepted();
    },
    mend: (system) => system.setPassword('worker', PASSWORDS.worker),
  },
  {
    name: 'the API has a wrong password',
    cause: { code: 'broker_refused', subject: () => null },
    harm: async (system) => {
      await system.setPassword('api', 'another one');
      system.tls.reset();
      return system.accepted();
    },
    mend: (system) => system.setPassword('api', PASSWORDS.api),
  },
  {
    name: 'a certificate has expired',
    cause: { code: 'broker_refused', subject: () => null },
    harm: async (system) => {
      await system.tls.become('expired');
      return system.accepted();
    },
    mend: ({ tls }) => tls.become('valid'),
  },
  {
    name: 'the database is slow',
    cause: { code: 'database_slow', subject: () => null },
    harm: async (system) => {
      const photo = await system.accepted();
      system.database.delay(DATABASE_DELAY_MS);
      return photo;
    },
    mend: async ({ database }) => database.pass(),
  },
  {
    name: 'photos kill workers',
    cause: { code: 'photos_failing', subject: () => 'worker_crashed' },
    harm: async (system) => {
      const poisoned = await Promise.all(Array.from({ length: POISONED }, () => system.accepted('poison')));
      const good = await system.accepted();
      for (const photo of poisoned) expect(await system.end(photo)).toBe('failed');
      return good;
    },
    mend: async (system) => operate(system, { kind: 'discard', match: { failure: 'worker_crashed' } }),
  },
];

/** As somebody does at "Failed photos", and waits until it is done. */
async function operate(system: OutageSystem, asked: object): Promise<void> {
  const headers = { ...AUTHORIZATION, 'content-type': 'application/json' };
  const url = `${system.api.url}/v1/admin/operations`;
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(asked) });
  expect(answer.status).toBe(202);
  const { id } = (await answer.json()) as { id: string };
  await vi.waitFor(async () => {
    const operation = (await (await fetch(`${url}/${id}`, { headers })).json()) as {
      state: string;
      done: number;
    };
    expect(operation).toMatchObject({ state: 'finished', done: POISONED });
  }, SOON);
}
