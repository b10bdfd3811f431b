import type { WebhookSecretView, WebhookView } from '@app/contracts';
import type { OwnerRow } from '../database/schema.js';
import type { WebhookSecret } from './webhook-secrets.js';

/** Shows an owner where its outcomes go. */
export function toWebhookView(owner: OwnerRow, url = owner.webhook_url): WebhookView {
  return { url, signed_by: owner.webhook_secrets === null ? 'installation' : 'own' };
}

/** Shows an owner what its receivers verify with; `installation` to operators only. */
export function toSecretView(
  secrets: readonly WebhookSecret[],
  installation: string | null,
  now = Date.now(),
): WebhookSecretView {
  const current = secrets.find(({ validUntil }) => validUntil === null);
  const until = Math.max(0, ...secrets.map(({ validUntil }) => validUntil ?? 0));
  return {
    secret: current?.secret ?? installation,
    signed_by: current === undefined ? 'installation' : 'own',
    previous_valid_until: until > now ? new Date(until).toISOString() : null,
  };
}
