import { UrlNotAllowed, UrlUnreachable, type PostAnswer } from '@app/outbound';
import { Injectable } from '@nestjs/common';
import { OwnersStore } from '../access/owners.store.js';
import type { DeliveryRow } from '../database/schema.js';
import { InstallationSecret } from '../webhooks/installation-secret.js';
import { WebhookPoster } from '../webhooks/webhook-poster.js';
import { validSecrets } from '../webhooks/webhook-secrets.js';
import type { AttemptOutcome } from './attempt.js';

const GONE = 410;

/** Posts outcomes to the addresses of their owners. */
@Injectable()
export class WebhookAttempts {
  constructor(
    private readonly owners: OwnersStore,
    private readonly installation: InstallationSecret,
    private readonly poster: WebhookPoster,
  ) {}

  /**
   * One attempt. An address that is not allowed (any more) has failed it like one that does not answer: the operator may
   * allow it again before the schedule ends.
   * @throws what the database throws; nothing was sent then.
   */
  async attempt(row: DeliveryRow, signal: AbortSignal): Promise<AttemptOutcome> {
    const owner = await this.owners.findEver(row.owner_id);
    const secrets = validSecrets(owner?.webhook_secrets ?? null, this.installation.value);
    try {
      return judge(await this.poster.post(row.target, { id: row.id, body: row.body, secrets }, signal));
    } catch (error) {
      if (signal.aborted) return { kind: 'put_off', ms: 0 };
      if (!(error instanceof UrlNotAllowed || error instanceof UrlUnreachable)) throw error;
      const retryAfterMs = error instanceof UrlUnreachable ? error.retryAfterMs : null;
      return { kind: 'failed', status: null, error: error.message, retryAfterMs, next: 'again' };
    }
  }
}

function judge({ status, retryAfterMs }: PostAnswer): AttemptOutcome {
  if (status >= 200 && status < 300) return { kind: 'delivered', status };
  const redirects = status >= 300 && status < 400 ? ' Redirects are not followed.' : '';
  const error = `The receiver answered ${status}.${redirects}`;
  return { kind: 'failed', status, error, retryAfterMs, next: status === GONE ? 'closed' : 'again' };
}
