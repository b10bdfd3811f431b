import { EnvError } from '@app/runtime';
import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env.js';

describe('readEnv', () => {
  it('has a default for everything', () => {
    const env = readEnv({});
    expect(env).toMatchObject({ host: '127.0.0.1', port: 8190, logLevel: 'info', exitWithParent: false });
    expect(env.keepMs).toBe(3_600_000);
    expect(isAbsolute(env.dir)).toBe(true);
    expect(env).not.toHaveProperty('onnxPath');
  });

  it('reports what is wrong', () => {
    const wrong = () => readEnv({ ENGINE_PORT: '70000', LOG_LEVEL: 'loud' });
    expect(wrong).toThrow(EnvError);
    expect(wrong).toThrow(/ENGINE_PORT[^]*LOG_LEVEL/);
    expect(() => readEnv({ ENGINE_KEEP: '59s' })).toThrow(/ENGINE_KEEP: must be at least 1m/);
  });
});
