import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeFolder } from './make-folder.js';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'make-folder-'));
});

afterEach(() => rmSync(dir, { recursive: true }));

it('makes a folder, those above it, and is content when it is there', () => {
  makeFolder(join(dir, 'a/b'));
  makeFolder(join(dir, 'a/b'));
  expect(statSync(join(dir, 'a/b')).isDirectory()).toBe(true);
});

it('says in words why it cannot', () => {
  writeFileSync(join(dir, 'file'), '');
  expect(() => makeFolder(join(dir, 'file'))).toThrow(/there is a file of that name/);
  expect(() => makeFolder(join(dir, 'file/below'), 'DATA_DIR')).toThrow(
    /^DATA_DIR .* a part of the path is a file[.]$/,
  );
});
