import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { ownIdentity, takeLock } from './lock-file.js';
import { identityOf, processIdentitySchema, type ProcessIdentity } from './process-identity.js';

const DEAD: ProcessIdentity = { pid: 4_194_305, started: 'x' };
let dir: string;
let path: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lock-file-'));
  path = join(dir, 'lock.json');
});
afterEach(() => rmSync(dir, { recursive: true }));

const take = (holderOf = (holder: ProcessIdentity) => holder) =>
  takeLock(path, ownIdentity(), {
    schema: processIdentitySchema,
    holderOf,
    taken: ({ pid }) => new Error(`taken by ${pid}`),
  });

it('belongs to one process, and is left by one that has died', () => {
  writeJsonFile(path, DEAD);
  take();
  expect(() => take()).toThrow(`taken by ${process.pid}`);
  expect(readdirSync(dir)).toEqual(['lock.json']);
});

it('is not taken from somebody who was quicker to take over what a dead process has left', () => {
  writeJsonFile(path, DEAD);
  const other = identityOf(process.ppid)!;
  let looks = 0;
  const quicker = (holder: ProcessIdentity) => {
    looks += 1;
    // Between our look and what we do about it.
    if (looks === 1) writeJsonFile(path, other);
    return holder;
  };
  expect(() => take(quicker)).toThrow(`taken by ${other.pid}`);
  expect(readJsonFile(path, processIdentitySchema)).toEqual(other);
  expect(readdirSync(dir)).toEqual(['lock.json']);
});
