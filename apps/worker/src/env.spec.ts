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
});
