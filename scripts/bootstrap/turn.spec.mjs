import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeTurn } from './turn.mjs';

let dir;
let file;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'turn-'));
  file = join(dir, 'installing-or-building');
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

it('lets one work at a time, also after one that failed', async () => {
  const steps = [];
  const work = (name) => async () => {
    steps.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    steps.push(`${name} ends`);
    if (name === 'first') throw new Error('broken');
  };
  const first = takeTurn(work('first'), dir);
  const second = takeTurn(work('second'), dir);
  await expect(first).rejects.toThrow('broken');
  await second;
  expect(steps).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  expect(existsSync(file)).toBe(false);
});

it.each([
  ['of a process that is gone', '4194305', new Date()],
  ['that was cut off', '', new Date()],
  ['that is older than any install, whoever has its number now', String(process.ppid), new Date(0)],
])('takes over a turn %s', async (_, content, time) => {
  writeFileSync(file, content);
  utimesSync(file, time, time);
  expect(await takeTurn(async () => 'done', dir)).toBe('done');
});
