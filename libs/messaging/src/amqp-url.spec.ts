import { describe, expect, it } from 'vitest';
import { parseAmqpUrl, redactAmqpUrl } from './amqp-url.js';

describe('the address of a broker', () => {
  it.each([
    ['amqp://user:secret@host:5672/v?heartbeat=3', 'amqp://user@host:5672/v'],
    ['amqp://:secret@host', 'amqp://host'],
    ['amqps://host/a%2Fb', 'amqps://host/a%2Fb'],
    ['user:sec/ret@host', '(not a broker address)'],
    ['amqp://user:12/secret@host', '(not a broker address)'],
    ['', '(not a broker address)'],
  ])('%s is shown as %s', (url, shown) => {
    expect(redactAmqpUrl(url)).toBe(shown);
  });

  it.each(['http://host', 'not a url', 'amqp://', 'secret@host'])(
    '%s is refused without repeating it',
    (url) => {
      expect(() => parseAmqpUrl(url)).toThrow(/^The broker address/);
      expect(() => parseAmqpUrl(url)).not.toThrow(url);
    },
  );
});
