import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { isWebhookSecret, newWebhookSecret } from './webhook-secrets.js';

/** In the data folder, readable by the user that runs the system only. */
const FILE = 'webhook.secret';

/**
 * The secret that signs what goes to owners who have none of their own: publishers of messages first of all. It is the
 * operator's to give to receivers.
 */
@Injectable()
export class InstallationSecret {
  readonly value: string;

  /** @throws Error where the data folder holds something else under its name. */
  constructor(@Inject(API_ENV) { dataDir }: ApiEnv, @Inject(LOGGER) logger: Logger) {
    const path = join(dataDir, FILE);
    if (!exists(path) && make(path, dataDir))
      logger.info({ path }, 'the secret for webhooks has been written');
    this.value = readFileSync(path, 'utf8').trim();
    if (!isWebhookSecret(this.value)) {
      throw new Error(`${path} holds no secret: whsec_ and 24 to 64 bytes in base64. Remove it, or mend it.`);
    }
  }
}

function exists(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** The file is whole as soon as it has its name. @returns false where another instance was faster; its secret is the one. */
function make(path: string, dataDir: string): boolean {
  mkdirSync(dataDir, { recursive: true });
  const written = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(written, `${newWebhookSecret()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(written, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(written, { force: true });
  }
}
