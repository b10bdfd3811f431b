import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findRabbitmqServer } from './rabbitmq-server.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'root-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function install(path: string, mode = 0o755): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n', { mode });
  return file;
}

it('finds nothing where nothing is installed, and not the wrapper that changes user', () => {
  install('usr/sbin/rabbitmq-server');
  expect(findRabbitmqServer(root)).toBeUndefined();
});

it('takes the newest of several versions that can be run', () => {
  install('usr/lib/rabbitmq/lib/rabbitmq_server-3.9.1/sbin/rabbitmq-server');
  const newest = install('usr/lib/rabbitmq/lib/rabbitmq_server-3.10.8/sbin/rabbitmq-server');
  install('opt/rabbitmq_server-4.0.5/sbin/rabbitmq-server', 0o644);
  expect(findRabbitmqServer(root)).toBe(newest);
});

it("prefers Debian's own place", () => {
  install('usr/local/sbin/rabbitmq-server');
  const debian = install('usr/lib/rabbitmq/bin/rabbitmq-server');
  expect(findRabbitmqServer(root)).toBe(debian);
});
