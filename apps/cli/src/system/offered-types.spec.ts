import { CatalogError } from '@app/workflow-catalog';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { offeredTypes } from './offered-types.js';

const made: string[] = [];
afterEach(() => {
  vi.restoreAllMocks();
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'photo-repair-offered-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

it('says what is wrong with a file, and offers the others', () => {
  const said: unknown[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => said.push(text) > 0);
  const folder = folderWith({ 'broken.json': '{' });
  cpSync('workflows/upscale.json', join(folder, 'upscale.json'));
  expect(offeredTypes(folder)).toEqual(['upscale']);
  expect(said).toEqual([
    expect.stringMatching(/^A workflow cannot be used: broken\.json: is not valid JSON/),
  ]);
});

it('does not start for nothing', () => {
  expect(() => offeredTypes(folderWith({ 'broken.json': '{' }))).toThrow(CatalogError);
});
