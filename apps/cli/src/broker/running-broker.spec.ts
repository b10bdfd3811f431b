import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeJsonFile } from '../system/json-file.js';
import { identityOf } from '../system/process-identity.js';
import { recordPath } from '../system/running-system.js';
import { PrivateNodeFiles } from './private-node.files.js';
import { runningBrokerUrl } from './running-broker.js';

let dataDir: string;
const us = identityOf(process.pid)!;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'running-broker-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

/** A launcher that lives, as long as this test does, and shows this RabbitMQ. */
function running(rabbitmq?: string): void {
  const addresses = rabbitmq === undefined ? [] : [{ name: 'RabbitMQ', url: rabbitmq }];
  writeJsonFile(recordPath(dataDir), {
    launcher: us,
    url: 'http://127.0.0.1:3000',
    ready: rabbitmq !== undefined,
    addresses,
  });
}

it('is not there without a running system, and not yet while it starts', () => {
  expect(() => runningBrokerUrl({ dataDir })).toThrow('photo-repair does not run');
  running();
  expect(() => runningBrokerUrl({ dataDir })).toThrow('still starting');
});

it('is our own node, with its password', () => {
  const files = new PrivateNodeFiles(join(dataDir, 'broker'));
  const { user, password } = files.credentials();
  files.writeRun({
    process: us,
    ports: { amqp: 5673, management: 15_673, prometheus: 1, distribution: 2, epmd: 3 },
  });
  running('http://127.0.0.1:15673/');
  expect(runningBrokerUrl({ dataDir })).toBe(`amqp://${user}:${password}@127.0.0.1:5673/photo-repair`);
});

it('is the one in Docker, with its password', () => {
  const dir = join(dataDir, 'broker', 'docker');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'password'), 'secret');
  writeJsonFile(join(dir, 'ports.json'), { amqp: 5674, management: 15_674 });
  running('http://127.0.0.1:15674/');
  expect(runningBrokerUrl({ dataDir })).toBe('amqp://photo-repair:secret@127.0.0.1:5674');
});

it.each(['http://127.0.0.1:15672/', 'amqp://127.0.0.1:5672'])('is that of this machine: %s', (shown) => {
  running(shown);
  expect(runningBrokerUrl({ dataDir })).toBe('amqp://guest:guest@127.0.0.1:5672');
});

it('has to be named where only the one who started the system knows its password', () => {
  running('amqp://broker.example:5672/photos');
  expect(() => runningBrokerUrl({ dataDir })).toThrow(
    'uses the RabbitMQ at amqp://broker.example:5672/photos. Name it with its password: AMQP_URL=',
  );
});
