import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identityOf } from '../system/process-identity.js';
import { WorkerRecords } from './worker-records.js';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'worker-records-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const record = { name: 'auto-1', engine: 'http://a:1', port: 3101, process: null, askedToStop: false };

it('has what a supervisor before has written, until it is removed', () => {
  const self = identityOf(process.pid) ?? null;
  new WorkerRecords(dir).save({ ...record, process: self });
  const records = new WorkerRecords(dir);
  expect(records.all()).toEqual([{ ...record, process: self }]);
  records.remove('auto-1');
  expect(records.all()).toEqual([]);
});

it.runIf(process.platform === 'linux')('finds a process whose number nobody could write down', async () => {
  const name = `auto-${crypto.randomUUID()}`;
  const records = new WorkerRecords(dir);
  records.save({ ...record, name });
  expect(records.all()[0]?.process).toBeNull();
  const child = spawn('sleep', ['600'], { env: { PATH: process.env['PATH'], WORKER_NAME: name } });
  await once(child, 'spawn');
  try {
    expect(records.all()[0]?.process?.pid).toBe(child.pid);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  expect(records.all()[0]?.process).toBeNull();
});
