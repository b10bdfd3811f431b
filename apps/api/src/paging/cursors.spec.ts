import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCursorKey } from './cursor-key.js';
import { Cursors } from './cursors.js';

const KEY = Buffer.alloc(32, 7);
const SCOPE = { list: 'tasks', owner: 'a', status: 'queued' };

describe('Cursors', () => {
  const cursors = new Cursors(KEY);

  it('gives back where a list goes on, to another instance with the same key too', () => {
    const cursor = cursors.issue(SCOPE, '019a');
    expect(cursors.read({ status: 'queued', owner: 'a', list: 'tasks', type: undefined }, cursor)).toBe(
      '019a',
    );
    expect(new Cursors(Buffer.from(KEY)).read(SCOPE, cursor)).toBe('019a');
  });

  it.each([
    ['another owner', { ...SCOPE, owner: 'b' }],
    ['another filter', { ...SCOPE, status: 'failed' }],
    ['one filter more', { ...SCOPE, type: 'person' }],
    ['another list', { ...SCOPE, list: 'albums' }],
  ])('is nothing for %s', (_what, scope) => {
    const cursor = cursors.issue(SCOPE, '019a');
    expect(() => cursors.read(scope, cursor)).toThrow('bad_cursor');
  });

  it('cannot be changed in any character', () => {
    const cursor = cursors.issue(SCOPE, '019a');
    for (let at = 0; at < cursor.length; at++) {
      const other = cursor[at] === 'A' ? 'B' : 'A';
      const changed = cursor.slice(0, at) + other + cursor.slice(at + 1);
      expect(() => cursors.read(SCOPE, changed)).toThrow('bad_cursor');
    }
  });

  it.each(['', '.', 'a.b', '..', 'x'.repeat(100_000), '{"id":1}', 'null', '\u0000'])(
    'does not take %.20j',
    (sent) => {
      expect(() => cursors.read(SCOPE, sent)).toThrow('bad_cursor');
    },
  );

  it('is not of another installation', () => {
    const cursor = new Cursors(Buffer.alloc(32, 8)).issue(SCOPE, '019a');
    expect(() => cursors.read(SCOPE, cursor)).toThrow('bad_cursor');
  });

  it('ends after a day', () => {
    let now = 1_000_000;
    const timed = new Cursors(KEY, () => now);
    const cursor = timed.issue(SCOPE, '019a');
    now += 24 * 60 * 60 * 1000;
    expect(timed.read(SCOPE, cursor)).toBe('019a');
    now += 1;
    expect(() => timed.read(SCOPE, cursor)).toThrow('bad_cursor');
  });
});

describe('readCursorKey', () => {
  it('makes a key once, for its owner alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cursor-key-'));
    const dataDir = join(folder, 'data');
    const key = readCursorKey(dataDir);
    expect(key).toHaveLength(32);
    expect(readCursorKey(dataDir).equals(key)).toBe(true);
    expect(statSync(join(dataDir, 'cursor.key')).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
  });

  it('is the same in every folder where the installation has a secret', () => {
    const [one, other] = ['/nowhere', '/elsewhere'].map((dataDir) => readCursorKey(dataDir, 's'.repeat(32)));
    expect([one!.equals(other!), one!.length]).toEqual([true, 32]);
  });
});
