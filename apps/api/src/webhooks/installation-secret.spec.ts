import { createLogger } from '@app/runtime';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiEnv } from '../env.js';
import { InstallationSecret } from './installation-secret.js';
import { isWebhookSecret } from './webhook-secrets.js';

const SECRET = 'a secret of the installation, long enough';

describe('InstallationSecret', () => {
  let folders: string[];
  beforeEach(() => {
    folders = ['one', 'other'].map((name) => mkdtempSync(join(tmpdir(), `photo-repair-${name}-`)));
  });
  afterEach(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  const at = (dataDir: string, installationSecret?: string) =>
    new InstallationSecret({ dataDir, installationSecret } as ApiEnv, createLogger('api', 'silent')).value;

  it('is made once for each data folder', () => {
    const [one, other] = folders as [string, string];
    const value = at(one);
    expect(isWebhookSecret(value)).toBe(true);
    expect([at(one), at(other) === value]).toEqual([value, false]);
  });

  it('is the same everywhere where the installation has one, and lies where operators look for it', () => {
    const [one, other] = folders as [string, string];
    const value = at(one, SECRET);
    expect(isWebhookSecret(value)).toBe(true);
    expect([at(other, SECRET), at(one, SECRET)]).toEqual([value, value]);
    expect(readFileSync(join(other, 'webhook.secret'), 'utf8').trim()).toBe(value);
    expect(value).not.toContain('secret of');
  });

  it('does not change what receivers know without a word', () => {
    const [one] = folders as [string];
    at(one);
    expect(() => at(one, SECRET)).toThrow('another secret than the one that INSTALLATION_SECRET makes');
    writeFileSync(join(one, 'webhook.secret'), 'nothing');
    expect(() => at(one)).toThrow('holds no secret');
  });
});
