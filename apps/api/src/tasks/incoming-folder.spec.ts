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
