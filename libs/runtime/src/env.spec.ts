import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commaList, durationMs, EnvError, parseEnv, port } from './env.js';

const schema = z.object({
  API_PORT: port(3000),
  QUEUE_TIMEOUT: durationMs('300s'),
  TASK_TYPES: commaList('person'),
});

describe('parseEnv', () => {
  it('gives defaults for what is absent or empty', () => {
    expect(parseEnv(schema, { API_PORT: '', QUEUE_TIMEOUT: undefined })).toEqual({
      API_PORT: 3000,
      QUEUE_TIMEOUT: 300_000,
      TASK_TYPES: ['person'],
    });
  });

  it.each([
    ['500ms', 500],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['2h', 7_200_000],
  ])('reads the duration %s', (text, ms) => {
    expect(parseEnv(schema, { QUEUE_TIMEOUT: text }).QUEUE_TIMEOUT).toBe(ms);
  });

  it('reports every problem at once and never a value', () => {
    const attempt = () => parseEnv(schema, { API_PORT: 'secret-70000', QUEUE_TIMEOUT: 'secret-300' });
    expect(attempt).toThrow(EnvError);
    expect(attempt).toThrow(/API_PORT: .*\n.*QUEUE_TIMEOUT: must be a duration/);
    expect(attempt).not.toThrow(/secret/);
  });
});
