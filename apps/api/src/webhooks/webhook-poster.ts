import { productVersion } from '@app/runtime';
import { postJson, type OutboundGuard, type PostAnswer } from '@app/outbound';
import { Inject, Injectable } from '@nestjs/common';
import { Webhook } from 'standardwebhooks';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { tracePost } from '../tracing/trace-post.js';
import { WEBHOOK_GUARD } from './webhook-guard.token.js';

/** One request to a receiver. */
export interface WebhookMessage {
  /** The same in every attempt. */
  id: string;
  /** JSON; these bytes are signed and sent. */
  body: string;
  /** Each of them signs; at least one. */
  secrets: readonly string[];
}

/** Sends what other systems are told, as the Standard Webhooks specification 1.0.0 has it. */
@Injectable()
export class WebhookPoster {
  private readonly userAgent = `photo-repair/${productVersion}`;

  constructor(
    @Inject(WEBHOOK_GUARD) private readonly guard: OutboundGuard,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** One attempt, within WEBHOOK_TIMEOUT. @throws UrlNotAllowed, UrlUnreachable. */
  async post(url: string, { id, body, secrets }: WebhookMessage, signal?: AbortSignal): Promise<PostAnswer> {
    const at = new Date();
    const messageId = `msg_${id}`;
    const headers = {
      'content-type': 'application/json',
      'user-agent': this.userAgent,
      'webhook-id': messageId,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': secrets.map((each) => new Webhook(each).sign(messageId, at, body)).join(' '),
    };
    const timeoutMs = this.env.webhookTimeoutMs;
    return tracePost(url, (traced) =>
      postJson(this.guard, url, { body, headers: { ...headers, ...traced }, timeoutMs, signal }),
    );
  }
}
