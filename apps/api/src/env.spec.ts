import { describe, expect, it } from 'vitest';
import { readEnv } from './env.js';

describe('readEnv', () => {
  it('listens on loopback unless told otherwise, and keeps tasks in the data folder', () => {
    const env = readEnv({ DATA_DIR: '/srv/photos' });
    expect(env).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      databaseUrl: 'file:/srv/photos/photo-repair.db',
    });
  });

  it('names every wrong setting and no value', () => {
    const attempt = () =>
      readEnv({ AMQP_URL: 'http://user:hunter2@x', DATABASE_URL: 'mysql://hunter2', API_PORT: '-1' });
    expect(attempt).toThrow(/AMQP_URL[^]*DATABASE_URL|API_PORT/);
    expect(attempt).toThrow(/DATABASE_URL/);
    expect(attempt).toThrow(/API_PORT/);
    expect(attempt).not.toThrow(/hunter2/);
  });

  it.each([
    [undefined, 300_000],
    ['0', 0],
    ['0s', 0],
    ['90s', 90_000],
    ['720h', 2_592_000_000],
  ])('reads a waiting limit of %s', (text, expected) => {
    expect(readEnv(text === undefined ? {} : { QUEUE_TIMEOUT: text }).queueTimeoutMs).toBe(expected);
  });

  it.each(['300', '721h', '-1s'])('refuses a waiting limit of %s', (text) => {
    expect(() => readEnv({ QUEUE_TIMEOUT: text })).toThrow(/QUEUE_TIMEOUT/);
  });
});
