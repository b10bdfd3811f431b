import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CatalogChange } from './catalog.js';
import { CatalogError } from './catalog.errors.js';
import { watchCatalog, type CatalogWatcher } from './catalog-watcher.js';

const QUIET_MS = 500;

function graph(width = 512): object {
  return {
    '1': { class_type: 'LoadImage', inputs: { image: 'a.png' } },
    '2': { class_type: 'ImageScale', inputs: { image: ['1', 0], width } },
    '3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
  };
}

let directory: string;
let watcher: CatalogWatcher;
let nowMs: number;

function put(name: string, content: unknown): void {
  writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
}

/** What a look finds when nobody has written for long enough. */
function lookQuietly(): CatalogChange | null {
  expect(watcher.look((nowMs += QUIET_MS))).toBeNull();
  return watcher.look((nowMs += QUIET_MS));
}

function keys(): string[] {
  return watcher.catalog.types().map(({ view }) => view.type);
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'watch-'));
  nowMs = 0;
  put('a.json', graph());
});
afterEach(() => {
  watcher.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('a folder that is watched', () => {
  beforeEach(() => {
    // Never looks by itself: the tests say what time it is.
    watcher = watchCatalog(directory, { pollMs: 2 ** 30, quietMs: QUIET_MS });
    vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  });
  afterEach(() => vi.restoreAllMocks());

  it('takes over a file that was dropped in, once it is quiet', () => {
    const { catalog } = watcher;
    put('b.json', JSON.stringify(graph()).slice(0, 40));
    expect(watcher.look(nowMs)).toBeNull();
    put('b.json', graph());
    expect(watcher.look((nowMs += QUIET_MS))).toBeNull();
    expect(watcher.look((nowMs += QUIET_MS - 1))).toBeNull();
    expect(keys()).toEqual(['a']);
    expect(watcher.look((nowMs += 1))).toEqual({ added: ['b'], removed: [], changed: [], problems: [] });
    expect(keys()).toEqual(['a', 'b']);
    expect(watcher.catalog).toBe(catalog);
    expect(watcher.look((nowMs += QUIET_MS))).toBeNull();
  });

  it('takes over an edit, a side file and a removal', () => {
    put('a.json', graph(640));
    expect(lookQuietly()).toMatchObject({ changed: ['a'] });
    put('a.task-type.json', { title: { en: 'A', 'zh-CN': '甲' } });
    expect(lookQuietly()).toMatchObject({ changed: ['a'] });
    put('b.json', graph());
    expect(lookQuietly()).toMatchObject({ added: ['b'] });
    rmSync(join(directory, 'a.json'));
    rmSync(join(directory, 'a.task-type.json'));
    expect(lookQuietly()).toMatchObject({ removed: ['a'] });
    expect(keys()).toEqual(['b']);
  });

  it('says nothing of a file that was only touched', () => {
    put('a.json', graph());
    renameSync(join(directory, 'a.json'), join(directory, 'b'));
    renameSync(join(directory, 'b'), join(directory, 'a.json'));
    watcher.look(nowMs);
    expect(watcher.look((nowMs += QUIET_MS))).toBeNull();
  });

  it('keeps the last good version of a type whose file has become wrong', () => {
    put('a.json', '{"1": ');
    expect(lookQuietly()).toMatchObject({ removed: [], changed: [], problems: [{ file: 'a.json' }] });
    expect(watcher.catalog.get('a')?.graph['2']?.inputs['width']).toBe(512);
    put('a.json', { nodes: [], links: [] });
    expect(lookQuietly()?.problems).toEqual([
      expect.objectContaining({ message: expect.stringContaining('Export (API)') }),
    ]);
    put('a.task-type.json', '{');
    put('a.json', graph(640));
    expect(lookQuietly()?.problems).toEqual([expect.objectContaining({ file: 'a.task-type.json' })]);
    expect(watcher.catalog.get('a')?.graph['2']?.inputs['width']).toBe(512);
    put('a.task-type.json', {});
    expect(lookQuietly()).toEqual({ added: [], removed: [], changed: ['a'], problems: [] });
    expect(watcher.catalog.problems).toEqual([]);
  });

  it('does not let a new file take the type of another one', () => {
    put('0.json', graph(640));
    put('0.task-type.json', { type: 'a' });
    expect(lookQuietly()?.problems).toEqual([expect.objectContaining({ file: '0.json' })]);
    expect(watcher.catalog.get('a')?.workflowFile).toBe('a.json');
  });

  it('keeps all types when the folder is emptied or gone', () => {
    rmSync(join(directory, 'a.json'));
    expect(lookQuietly()).toMatchObject({ removed: [], problems: [{ file: directory }] });
    rmSync(directory, { recursive: true });
    expect(lookQuietly()?.problems[0]?.message).toMatch(/cannot be read \(ENOENT\)/);
    expect(keys()).toEqual(['a']);
  });
});

describe('watchCatalog', () => {
  it('sees a change by itself, and nothing after it was closed', async () => {
    const changes: CatalogChange[] = [];
    watcher = watchCatalog(directory, { pollMs: 20, quietMs: 20 });
    watcher.catalog.onChange((change) => changes.push(change));
    put('b.json', graph());
    await vi.waitFor(() => expect(keys()).toEqual(['a', 'b']), { timeout: 10_000 });
    expect(changes).toHaveLength(1);
    watcher.close();
    const next = watchCatalog(directory, { pollMs: 20, quietMs: 20 });
    put('c.json', graph());
    await vi.waitFor(() => expect(next.catalog.get('c')).toBeDefined(), { timeout: 10_000 });
    next.close();
    expect(keys()).toEqual(['a', 'b']);
  });

  it('hands on what a listener throws, and goes on', async () => {
    const errors: unknown[] = [];
    watcher = watchCatalog(directory, { pollMs: 20, quietMs: 20, onError: (error) => errors.push(error) });
    const end = watcher.catalog.onChange(() => {
      throw new Error('no queue');
    });
    put('b.json', graph());
    await vi.waitFor(() => expect(errors).toEqual([new Error('no queue')]), { timeout: 10_000 });
    end();
    put('c.json', graph());
    await vi.waitFor(() => expect(keys()).toEqual(['a', 'b', 'c']), { timeout: 10_000 });
  });

  it('begins with the good files, and not at all without one', () => {
    put('b.json', '{');
    watcher = watchCatalog(directory);
    expect(keys()).toEqual(['a']);
    expect(watcher.catalog.problems).toMatchObject([{ file: 'b.json' }]);
    rmSync(join(directory, 'a.json'));
    expect(() => watchCatalog(directory)).toThrow(CatalogError);
  });
});
