import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { awayOf, DatabaseAway, isDatabaseAway, mayBeDone } from './database-away.js';

const withCode = (code: string) => Object.assign(new Error('no'), { code });
const answered = (code: string) => Object.assign(new pg.DatabaseError('no', 2, 'error'), { code });

describe('awayOf', () => {
  it.each(['25006', '53100', '53300'])('knows that %s did nothing', (code) =>
    expect(awayOf(answered(code))).toMatchObject({ name: 'DatabaseAway', mayBeDone: false }),
  );

  it.each(['08006', '57014', '57P01', '57P03', '58030'])('does not know what %s has done', (code) =>
    expect(awayOf(answered(code))).toMatchObject({ mayBeDone: true }),
  );

  it.each([
    withCode('ECONNRESET'),
    withCode('ETIMEDOUT'),
    new Error('Connection terminated unexpectedly'),
    new Error('Client has encountered a connection error and is not queryable'),
    new Error('Query read timeout'),
  ])('does not know what was done where the line broke: %s', (error) =>
    expect(awayOf(error)).toMatchObject({ mayBeDone: true, cause: error }),
  );

  it.each(['23505', '42P01', '22P02', '40P01'])('takes %s for something else', (code) =>
    expect(awayOf(answered(code))).toBeUndefined(),
  );

  it('takes other things for something else', () => {
    const others = [null, undefined, 'text', new Error('no'), withCode('ENOENT'), withCode('57P01')];
    expect(others.map(awayOf)).toEqual(others.map(() => undefined));
  });
});

describe('isDatabaseAway', () => {
  it.each(['SQLITE_BUSY', 'SQLITE_IOERR_WRITE', 'SQLITE_CANTOPEN', 'SQLITE_FULL'])('knows %s', (code) =>
    expect(isDatabaseAway(withCode(code))).toBe(true),
  );

  it('knows what awayOf has named', () => {
    expect(isDatabaseAway(new DatabaseAway(withCode('28P01'), false))).toBe(true);
  });

  // A connection that another server has reset is none of the database.
  it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET'])(
    'takes %s for something else',
    (code) => expect(isDatabaseAway(withCode(code))).toBe(false),
  );

  it('takes other things for something else', () => {
    const others = [null, undefined, 'text', new Error('no')];
    expect(others.map(isDatabaseAway)).toEqual(others.map(() => false));
  });
});

it('knows what may have been committed', () => {
  expect(mayBeDone(new DatabaseAway(new Error('no'), true))).toBe(true);
  expect(mayBeDone(new DatabaseAway(new Error('no'), false))).toBe(false);
  expect(mayBeDone(withCode('SQLITE_IOERR_FSYNC'))).toBe(true);
  expect(mayBeDone(withCode('SQLITE_BUSY'))).toBe(false);
  expect(mayBeDone(null)).toBe(false);
});
