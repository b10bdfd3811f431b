import { EnvError } from '@app/runtime';
import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env.js';

describe('readEnv', () => {
  it('has a default for everything', () => {
    const env = readEnv({});
    expect(env).toMatchObject({ host: '127.0.0.1', port: 8190, logLevel: 'info', exitWithParent: false });
    expect(isAbsolute(env.dir)).toBe(true);
    expect(env).not.toHaveProperty('onnxPath');
  });

  it('reports what is wrong', () => {
    const wrong = () => readEnv({ ENGINE_PORT: '70000', LOG_LEVEL: 'loud' });
    expect(wrong).toThrow(EnvError);
    expect(wrong).toThrow(/ENGINE_PORT[^]*LOG_LEVEL/);
  });
});
