import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CliError } from '../cli-error.js';
import { PortPicker } from '../system/free-port.js';
import { resolveBroker } from './resolve-broker.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'broker-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

it('says plainly that the broker of AMQP_URL does not answer, without its password', async () => {
  const port = await new PortPicker().pick(30_000);
  const amqpUrl = `amqp://user:geheim@127.0.0.1:${port}/photos`;
  const failure = await resolveBroker({ amqpUrl, ownBroker: false, dataDir, mayInstall: false }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(CliError);
  expect((failure as Error).message).toContain(`127.0.0.1:${port}/photos`);
  expect((failure as Error).message).not.toContain('geheim');
});
