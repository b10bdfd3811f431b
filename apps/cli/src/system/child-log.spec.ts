import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ChildLog } from './child-log.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'log-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

it('goes on in the file of the last start, and begins a new one when it is full', () => {
  const path = join(dir, 'logs', 'api.log');
  const first = new ChildLog(path, 20);
  first.write(Buffer.from('12345678\n'));
  first.close();
  const second = new ChildLog(path, 20);
  second.write(Buffer.from('abcdefgh\n'));
  second.write(Buffer.from('after\n'));
  second.close();
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('12345678\nabcdefgh\n');
  expect(readFileSync(path, 'utf8')).toBe('after\n');
});
