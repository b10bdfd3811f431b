import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepOnce } from './keep-once.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keep-once-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('makes a file that only its user can read, in a folder that is made too, and leaves nothing else', () => {
  const path = join(folder, 'data', 'some.key');
  const { content, isMade } = keepOnce(path, () => 'secret');
  expect({ content: content.toString(), isMade }).toEqual({ content: 'secret', isMade: true });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'data'))).toEqual(['some.key']);
});

it('reads what is there and makes nothing', () => {
  const path = join(folder, 'some.key');
  writeFileSync(path, 'first');
  const kept = keepOnce(path, () => {
    throw new Error('made in vain');
  });
  expect({ ...kept, content: kept.content.toString() }).toEqual({ content: 'first', isMade: false });
});

it('takes what another process has made meanwhile', () => {
  const path = join(folder, 'some.key');
  const kept = keepOnce(path, () => {
    writeFileSync(path, 'the faster one');
    return 'the slower one';
  });
  expect({ ...kept, content: kept.content.toString() }).toEqual({ content: 'the faster one', isMade: false });
  expect(readdirSync(folder)).toEqual(['some.key']);
});
