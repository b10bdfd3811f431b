import type { TaskServer } from '@app/messaging';
import type { Response } from 'express';
import { expect, it } from 'vitest';
import type { EngineGate } from '../engines/engine-gate.js';
import type { Engines } from '../engines/engines.js';
import { HealthController } from './health.controller.js';

async function ask(problem: string | null, closedBecause: string | null, isThere = async () => false) {
  const views = [
    { address: 'http://a:8188', problems: [] },
    { address: 'http://b:8188', problems: ['does not answer (ECONNREFUSED)', 'cannot run "person"'] },
  ];
  let code = 0;
  const response = { status: (value: number) => (code = value) } as unknown as Response;
  const health = new HealthController(
    { problem } as TaskServer,
    { closedBecause } as EngineGate,
    { views } as unknown as Engines,
    { exists: isThere },
  );
  return { ...(await health.ready(response)), code };
}

it('is ready while it takes tasks, and tells what is wrong with each engine', async () => {
  expect(await ask(null, null)).toEqual({
    status: 'ready',
    code: 200,
    checks: { broker: 'ok', engine: 'ok', storage: 'ok' },
    engines: {
      'http://a:8188': 'ok',
      'http://b:8188': 'does not answer (ECONNREFUSED); cannot run "person"',
    },
  });
});

it.each([
  ['the broker is away', null, { broker: 'No tasks can be taken: the broker is away.', engine: 'ok' }],
  [
    null,
    'waiting for GPU memory: 91 % of the 24 GB are used',
    { broker: 'ok', engine: 'No tasks are taken: waiting for GPU memory: 91 % of the 24 GB are used.' },
  ],
])('is not where %s %s', async (problem, closedBecause, checks) => {
  expect(await ask(problem, closedBecause)).toMatchObject({ status: 'unready', code: 503, checks });
});

it('is not where the store of the photos is away, and lives all the same', async () => {
  const away = () => Promise.reject(new Error('ECONNREFUSED'));
  const storage = 'Photos cannot be stored or read: it failed.';
  expect(await ask(null, null, away)).toMatchObject({ status: 'unready', code: 503, checks: { storage } });
});
