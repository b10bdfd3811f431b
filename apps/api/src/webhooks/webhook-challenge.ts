import { UrlNotAllowed, UrlUnreachable, type PostAnswer } from '@app/outbound';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { OwnerRow } from '../database/schema.js';
import { ProblemException } from '../problems/problem.exception.js';
import { InstallationSecret } from './installation-secret.js';
import { WebhookPoster } from './webhook-poster.js';
import { validSecrets } from './webhook-secrets.js';

/** Asks an address whether it wants to be a webhook: nobody is flooded who has not said so. */
@Injectable()
export class WebhookChallenge {
  constructor(
    private readonly poster: WebhookPoster,
    private readonly installation: InstallationSecret,
  ) {}

  /**
   * Posts a text that nobody can guess, signed like everything that will follow; the answer has to contain it.
   * @throws ProblemException `webhook_not_confirmed`, `callback_not_allowed`.
   */
  async ask(url: string, owner: OwnerRow): Promise<void> {
    const challenge = randomBytes(24).toString('base64url');
    const body = JSON.stringify({
      type: 'webhook.challenge',
      timestamp: new Date().toISOString(),
      data: { challenge },
    });
    const secrets = validSecrets(owner.webhook_secrets, this.installation.value);
    const answer = await this.post(url, { id: uuidv7(), body, secrets });
    if (answer.status < 200 || answer.status > 299) throw notConfirmed('wrong_status');
    if (!answer.body.includes(challenge)) throw notConfirmed('no_challenge');
  }

  private async post(url: string, message: Parameters<WebhookPoster['post']>[1]): Promise<PostAnswer> {
    try {
      return await this.poster.post(url, message);
    } catch (error) {
      if (error instanceof UrlUnreachable) throw notConfirmed('no_answer', error);
      if (!(error instanceof UrlNotAllowed)) throw error;
      throw new ProblemException('callback_not_allowed', { reason: `url_${error.reason}` }, { cause: error });
    }
  }
}

function notConfirmed(reason: 'no_answer' | 'wrong_status' | 'no_challenge', cause?: unknown) {
  return new ProblemException('webhook_not_confirmed', { reason }, { cause });
}
