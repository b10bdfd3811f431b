import { EnvError } from '@app/runtime';
import { describe, expect, it } from 'vitest';
import { readEnv } from './env.js';

const REDIS_URL = 'redis://127.0.0.1:6379';

describe('readEnv', () => {
  it("uses the users' names, takes no files and writes none unless told to", () => {
    expect(readEnv({ REDIS_URL })).toMatchObject({
      stream: 'photo_repair_tasks',
      group: 'repair_workers',
      failedStream: 'failed_tasks',
      resultsStream: 'repair_results',
      imageDirs: [],
      outputDir: null,
      claimAfterMs: 60_000,
      host: '127.0.0.1',
      port: 3201,
    });
  });

  it('takes a list of folders', () => {
    expect(readEnv({ REDIS_URL, BRIDGE_IMAGE_DIRS: '/uploads/, /srv/photos' }).imageDirs).toEqual([
      '/uploads',
      '/srv/photos',
    ]);
  });

  it.each([
    ['REDIS_URL', 'http://geheim'],
    ['BRIDGE_IMAGE_DIRS', 'uploads'],
    ['BRIDGE_IMAGE_DIRS', '/'],
    ['BRIDGE_IMAGE_DIRS', '/uploads/..'],
    ['BRIDGE_OUTPUT_DIR', 'output'],
    ['BRIDGE_CLAIM_AFTER', '60'],
    ['BRIDGE_CLAIM_AFTER', '10ms'],
    ['BRIDGE_STREAM', 'two words'],
    ['BRIDGE_NAME', 'a/b'],
  ])('refuses %s=%s without showing it', (name, value) => {
    expect(() => readEnv({ REDIS_URL, [name]: value })).toThrow(EnvError);
    expect(() => readEnv({ REDIS_URL, [name]: value })).toThrow(new RegExp(`^[^]*${name}(?![^]*geheim)`));
  });

  it('needs a Redis', () => {
    expect(() => readEnv({})).toThrow(/REDIS_URL/);
  });
});
