import { OutboundGuard } from '@app/outbound';
import { Global, Module } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { CallbackUrls } from './callback-urls.js';
import { InstallationSecret } from './installation-secret.js';
import { OwnerWebhooksStore } from './owner-webhooks.store.js';
import { WebhookChallenge } from './webhook-challenge.js';
import { WEBHOOK_GUARD } from './webhook-guard.token.js';
import { WebhookPoster } from './webhook-poster.js';
import { WebhookController } from './webhook.controller.js';

/** Addresses of other systems: which are allowed, who has chosen one, and how a message to one is signed. */
@Global()
@Module({
  controllers: [WebhookController],
  providers: [
    {
      provide: WEBHOOK_GUARD,
      inject: [API_ENV],
      useFactory: (env: ApiEnv) =>
        new OutboundGuard({
          hosts: env.webhookHosts,
          privateAddresses: env.outboundPrivateAddresses,
          allowHttp: env.webhookAllowHttp,
        }),
    },
    CallbackUrls,
    InstallationSecret,
    OwnerWebhooksStore,
    WebhookChallenge,
    WebhookPoster,
  ],
  exports: [CallbackUrls, InstallationSecret, WebhookPoster],
})
export class WebhooksModule {}
