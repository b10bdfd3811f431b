import { describe, expect, it } from 'vitest';
import { readCredentials } from './credentials.js';
import { newToken } from './token.js';

const key = newToken('key');
const link = newToken('link');
const visitor = newToken('visitor');
const cookie = `photo_repair_visitor=${visitor}`;

describe('readCredentials', () => {
  it.each([
    [`Bearer ${key}`, { kind: 'key', token: key }],
    [`bearer  ${link} `, { kind: 'link', token: link }],
  ])('reads %s', (authorization, expected) => {
    expect(readCredentials({ authorization })).toEqual(expected);
  });

  it.each([
    '',
    'Bearer',
    'Bearer x',
    `Bearer ${visitor}`,
    `Token ${key}`,
    key,
    `Bearer ${key}, Bearer ${key}`,
    `Bearer ${key}x y`,
  ])('takes %j for no anonymous visitor, whatever the cookie says', (authorization) => {
    expect(readCredentials({ authorization, cookie })).toEqual({ kind: 'wrong' });
  });

  it('leaves Basic authentication to the proxy in front', () => {
    expect(readCredentials({ authorization: 'Basic dTpw', cookie })).toEqual({
      kind: 'visitor',
      token: visitor,
    });
    expect(readCredentials({ authorization: 'Basic dTpw' })).toEqual({ kind: 'none' });
  });

  it.each([cookie, `a=b; ${cookie}`, `${cookie};c=d`, `photo_repair_visitor="${visitor}"`])(
    'finds the visitor in %s',
    (header) => {
      expect(readCredentials({ cookie: header })).toEqual({ kind: 'visitor', token: visitor });
    },
  );

  it.each([`x${cookie}`, 'photo_repair_visitor=', 'photo_repair_visitor=me', `photo_repair_visitor=${key}`])(
    'finds nobody in %s',
    (header) => {
      expect(readCredentials({ cookie: header })).toEqual({ kind: 'none' });
    },
  );
});
