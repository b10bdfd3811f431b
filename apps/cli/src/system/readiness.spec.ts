import { expect, it } from 'vitest';
import { readReasons } from './readiness.js';

it('reads why something is not ready', () => {
  const checks = { broker: 'RabbitMQ is away.', engine: 'ok' };
  expect(readReasons(JSON.stringify({ status: 'unready', checks }))).toEqual(['RabbitMQ is away.']);
});

it.each(['', 'not JSON', '[]', '{"checks":{"a":1}}'])('makes nothing of %j', (body) => {
  expect(readReasons(body)).toEqual([]);
});
