import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listPhotos, ResultNames } from './photo-list.js';

let dir: string;
const touch = (name: string) => {
  const path = join(dir, name);
  writeFileSync(path, '');
  return path;
};
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'photos-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

describe('listPhotos', () => {
  it('takes photos of a folder in the order people count, and files as they are', () => {
    for (const name of ['10.jpg', '2.PNG', 'notes.txt', '奶奶1953年.bmp']) touch(name);
    mkdirSync(join(dir, 'deeper.jpg'));
    const odd = touch('odd.tif');
    const named = listPhotos([dir, odd, join(dir, '10.jpg')]).map((path) => path.slice(dir.length + 1));
    expect(named).toEqual(['2.PNG', '10.jpg', '奶奶1953年.bmp', 'odd.tif']);
  });

  it('names everything that is not there, and folders without photos', () => {
    expect(() => listPhotos([join(dir, 'a.jpg'), join(dir, 'b.jpg')])).toThrow(/a\.jpg\.\n.*b\.jpg/);
    expect(() => listPhotos([dir])).toThrow('holds no jpg, png or bmp file');
  });
});

describe('ResultNames', () => {
  it('gives no name twice and leaves older results alone', () => {
    touch('one_restored.png');
    const names = new ResultNames(dir, false);
    expect(names.next('a/one.jpg')).toBe(join(dir, 'one_restored-2.png'));
    expect(names.next('b/one.png')).toBe(join(dir, 'one_restored-3.png'));
    expect(names.next('b/Two.png')).toBe(join(dir, 'Two_restored.png'));
    expect(names.next('c/two.jpg')).toBe(join(dir, 'two_restored-2.png'));
  });

  it('overwrites older results when told, but never one of the same run', () => {
    touch('one_restored.png');
    const names = new ResultNames(dir, true);
    expect(names.next('a/one.jpg')).toBe(join(dir, 'one_restored.png'));
    expect(names.next('b/one.jpg')).toBe(join(dir, 'one_restored-2.png'));
  });
});
