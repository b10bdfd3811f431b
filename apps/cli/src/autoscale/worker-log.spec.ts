import { mkdtempSync, readFileSync, rmSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { WorkerLog } from './worker-log.js';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'worker-log-'))));
afterEach(() => rmSync(dir, { recursive: true }));

it('begins anew above its size, while a process goes on writing to it', () => {
  const log = new WorkerLog(join(dir, 'logs/auto-1.log'), 10);
  log.turnOver();
  const file = log.open();
  writeSync(file, 'a long first line\n');
  log.turnOver();
  writeSync(file, 'second\n');
  log.turnOver();
  closeSync(file);
  expect(readFileSync(log.path, 'utf8')).toBe('second\n');
  expect(readFileSync(`${log.path}.1`, 'utf8')).toBe('a long first line\n');
});

it.each([
  ['', undefined],
  ['{"level":"info","msg":"listening"}\n', undefined],
  ['{"level":"info","msg":"listening"}\nPort 3101 is taken.\n', 'Port 3101 is taken.'],
  [
    `${'x'.repeat(9000)}\n{"level":"fatal","msg":"uncaught error","err":{"message":"no memory"}}\n`,
    'uncaught error (no memory)',
  ],
])('ends with words of trouble or not: %#', (text, words) => {
  const log = new WorkerLog(join(dir, 'auto-1.log'));
  expect(log.lastWords()).toBeUndefined();
  const file = log.open();
  writeSync(file, text);
  closeSync(file);
  expect(log.lastWords()).toBe(words);
});
