import { EnvError, projectDir } from '@app/runtime';
import { isAbsolute, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { childEnv, readEnv } from './env.js';

describe('readEnv', () => {
  it('has a default for everything, with data in the clone', () => {
    expect(readEnv({})).toMatchObject({
      dataDir: join(projectDir, 'data'),
      workflowsDir: join(projectDir, 'workflows'),
      apiPort: 3000,
      amqpUrl: undefined,
      comfyuiUrls: [],
      workers: [],
      stopGraceMs: 30_000,
      mayInstall: true,
    });
  });

  it('takes paths from the folder one is in and splits lists', () => {
    const env = readEnv({ DATA_DIR: 'elsewhere', COMFYUI_URLS: 'http://a:8188, http://b:8188' });
    expect(isAbsolute(env.dataDir)).toBe(true);
    expect(env.comfyuiUrls).toEqual(['http://a:8188', 'http://b:8188']);
  });

  it('names every wrong setting at once and shows no value', () => {
    const wrong = {
      API_PORT: 'geheim1',
      AMQP_URL: 'http://u:geheim2@x',
      COMFYUI_URLS: 'geheim3',
      STOP_GRACE: '5',
    };
    expect(() => readEnv(wrong)).toThrow(EnvError);
    const everyName = Object.keys(wrong).map((name) => `(?=[^]*${name})`);
    expect(() => readEnv(wrong)).toThrow(new RegExp(`^${everyName.join('')}(?![^]*geheim)`));
  });
});

it('childEnv puts its own settings over the inherited ones', () => {
  expect(childEnv({ A: 'new' }, { A: 'old', B: 'kept', C: undefined })).toEqual({ A: 'new', B: 'kept' });
  expect(childEnv({ A: 'new' }, { A_FILE: '/old', B_FILE: '/kept' })).toEqual({ A: 'new', B_FILE: '/kept' });
});
