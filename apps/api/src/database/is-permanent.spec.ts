import { expect, it } from 'vitest';
import { isPermanent } from './is-permanent.js';

it.each(['22003', '23505', 'SQLITE_CONSTRAINT_PRIMARYKEY'])('%s stays wrong', (code) => {
  expect(isPermanent(Object.assign(new Error('no'), { code }))).toBe(true);
});

it.each(['08006', '57P01', 'ECONNREFUSED', 'SQLITE_BUSY', '22', undefined, 5])('%s may pass', (code) => {
  expect(isPermanent(Object.assign(new Error('no'), { code }))).toBe(false);
});

it('judges no error by what it is not', () => {
  expect([null, undefined, 'text'].map(isPermanent)).toEqual([false, false, false]);
});
