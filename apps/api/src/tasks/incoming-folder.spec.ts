import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareIncomingFolder } from './incoming-folder.js';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'photo-repair-incoming-'));
});

afterEach(() => rmSync(dataDir, { recursive: true }));

it('removes what a killed process left, and nothing that may be under way', () => {
  const folder = prepareIncomingFolder(dataDir);
  for (const name of ['old', 'new']) writeFileSync(join(folder, name), 'x');
  const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  utimesSync(join(folder, 'old'), twoHoursAgo, twoHoursAgo);
  expect(prepareIncomingFolder(dataDir)).toBe(folder);
  expect(readdirSync(folder)).toEqual(['new']);
});

it('keeps uploads for a day and an hour: their senders may come back', () => {
  const folder = prepareIncomingFolder(dataDir);
  const hour = 60 * 60 * 1000;
  for (const [name, hours] of [
    ['old.upload', 26],
    ['young.upload', 24],
    ['old', 2],
  ] as const) {
    writeFileSync(join(folder, name), 'x');
    const then = new Date(Date.now() - hours * hour);
    utimesSync(join(folder, name), then, then);
  }
  prepareIncomingFolder(dataDir);
  expect(readdirSync(folder)).toEqual(['young.upload']);
});
