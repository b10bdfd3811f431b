import { keepOnce, type Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { hkdfSync } from 'node:crypto';
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
  constructor(@Inject(API_ENV) { dataDir, installationSecret }: ApiEnv, @Inject(LOGGER) logger: Logger) {
    const path = join(dataDir, FILE);
    const ours = installationSecret === undefined ? undefined : webhookSecretFrom(installationSecret);
    const { content, isMade } = keepOnce(path, () => `${ours ?? newWebhookSecret()}\n`);
    if (isMade) logger.info({ path }, 'the secret for webhooks has been written');
    this.value = content.toString('utf8').trim();
    if (!isWebhookSecret(this.value)) {
      throw new Error(`${path} holds no secret: whsec_ and 24 to 64 bytes in base64. Remove it, or mend it.`);
    }
    if (ours !== undefined && ours !== this.value) {
      throw new Error(
        `${path} holds another secret than the one that INSTALLATION_SECRET makes, and receivers know that one. ` +
          'Remove the file and give them the other one, or unset INSTALLATION_SECRET.',
      );
    }
  }
}

/** The same one at every API instance of the installation. */
function webhookSecretFrom(installationSecret: string): string {
  const key = hkdfSync('sha256', installationSecret, '', 'photo-repair webhooks', 32);
  return `whsec_${Buffer.from(key).toString('base64')}`;
}
