import { describe, expect, it } from 'vitest';
import { QUEUED_LIMIT_MS, readEnv } from './env.js';

describe('readEnv', () => {
  it('holds a message, by its defaults, well below what RabbitMQ allows by its own', () => {
    const { engineWaitMs, runTimeoutMs } = readEnv({});
    expect(engineWaitMs + QUEUED_LIMIT_MS + runTimeoutMs).toBe(25 * 60_000);
  });

  it('refuses to hold one for longer than the broker allows', () => {
    expect(readEnv({ RUN_TIMEOUT: '14m' }).runTimeoutMs).toBe(840_000);
    expect(() => readEnv({ RUN_TIMEOUT: '15m' })).toThrow(/RUN_TIMEOUT: .*BROKER_ACK_TIMEOUT/);
    expect(() => readEnv({ ENGINE_WAIT: '1h' })).toThrow(/ENGINE_WAIT/);
  });

  it('takes the word of an operator who has raised it in the broker', () => {
    expect(readEnv({ RUN_TIMEOUT: '1h', BROKER_ACK_TIMEOUT: '2h' }).runTimeoutMs).toBe(3_600_000);
  });

  it('reads the delays before further attempts', () => {
    expect(readEnv({}).retryDelaysMs).toEqual([5_000, 30_000]);
    expect(readEnv({ RETRY_DELAYS: '500ms, 1m,2h' }).retryDelaysMs).toEqual([500, 60_000, 7_200_000]);
  });

  it.each([
    ['30s,5s', /RETRY_DELAYS: .*grow/],
    ['5s,5s', /RETRY_DELAYS: .*grow/],
    ['0s', /RETRY_DELAYS: .*above 0/],
    ['5s,soon', /RETRY_DELAYS: .*durations with a unit/],
    [',', /RETRY_DELAYS: .*1 to 10/],
    ['25h', /RETRY_DELAYS: .*24h/],
  ])('refuses the delays %j', (delays, message) => {
    expect(() => readEnv({ RETRY_DELAYS: delays })).toThrow(message);
  });

  it.each([
    ['WORKER_LOOKAHEAD', '9'],
    ['WORKER_LOOKAHEAD', '-1'],
    ['GPU_MEMORY_LIMIT', '0'],
    ['GPU_MEMORY_LIMIT', '101'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readEnv({ [name]: value })).toThrow(name);
  });
});
