import { describe, expect, it } from 'vitest';
import { DatabaseAway, isDatabaseAway } from './database-away.js';

const withCode = (code: string) => Object.assign(new Error('no'), { code });

describe('isDatabaseAway', () => {
  it.each(['57P01', '57P03', '08006', 'ECONNRESET', 'SQLITE_BUSY', 'SQLITE_IOERR_WRITE', 'SQLITE_CANTOPEN'])(
    'knows %s',
    (code) => expect(isDatabaseAway(withCode(code))).toBe(true),
  );

  it('knows a connection that broke under a question, and one that there is none', () => {
    expect(isDatabaseAway(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isDatabaseAway(new DatabaseAway(withCode('28P01')))).toBe(true);
  });

  it.each(['23505', '42P01', '22P02', 'SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'ENOENT', 'ECONNREFUSED'])(
    'takes %s for something else',
    (code) => expect(isDatabaseAway(withCode(code))).toBe(false),
  );

  it('takes other things for something else', () => {
    expect([null, undefined, 'text', new Error('no')].map(isDatabaseAway)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
