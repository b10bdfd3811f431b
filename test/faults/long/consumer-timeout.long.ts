import { afterAll, beforeAll, expect, it } from 'vitest';
import { judge } from '../nemesis/judge.js';
import { FaultBroker } from '../system/fault-broker.js';
import { FaultSystem } from '../system/fault-system.js';

/** Far below RabbitMQ's 30 minutes, and below what the slow photo takes. */
const CONSUMER_TIMEOUT_MS = 3_000;
const SLOW_MS = 8_000;

let broker: FaultBroker;
let system: FaultSystem;

beforeAll(async () => {
  broker = await FaultBroker.start({ consumerTimeoutMs: CONSUMER_TIMEOUT_MS });
  system = await FaultSystem.start({ scenario: 'consumer-timeout', broker });
});

afterAll(async () => {
  await system?.stop();
  await broker?.remove();
});

it('a photo that takes longer than the broker lets a worker hold it has one result all the same', async () => {
  system.engine.colouriser.script = (photo) => ({ afterMs: photo === 1 ? SLOW_MS : 20 });
  await system.submit(8);
  expect(await judge(system, { scenario: 'consumer timeout' })).toEqual([]);
  expect(system.programs.logged('PRECONDITION_FAILED')).toBe(true);
});
