import type { WebhookSecretView, WebhookView } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Post, Put, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentOwner } from '../access/current.decorators.js';
import type { OwnerRow } from '../database/schema.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { CallbackUrls } from './callback-urls.js';
import { InstallationSecret } from './installation-secret.js';
import { KeysOnlyGuard } from './keys-only.guard.js';
import { OwnerWebhooksStore } from './owner-webhooks.store.js';
import { WebhookChallenge } from './webhook-challenge.js';
import { isWebhookSecret, newWebhookSecret, readSecrets, rotate } from './webhook-secrets.js';
import { WebhookDto, WebhookOwnSecretDto, WebhookSecretDto, WebhookUrlDto } from './webhook.dto.js';
import { toSecretView, toWebhookView } from './webhook.view.js';

/** Where the outcomes of an API key's tasks go, and what signs them. */
@ApiTags('webhooks')
@ApiBearerAuth()
@Controller('v1/webhook')
@UseGuards(KeysOnlyGuard)
export class WebhookController {
  constructor(
    private readonly callbacks: CallbackUrls,
    private readonly challenge: WebhookChallenge,
    private readonly store: OwnerWebhooksStore,
    private readonly installation: InstallationSecret,
  ) {}

  /** Where the outcomes of your tasks go, unless a task or its album names another place. */
  @Get()
  @Access('owner')
  @ApiResponse({ status: 200, type: WebhookDto })
  @ApiProblems('unauthorized', 'forbidden', 'rate_limited')
  read(@CurrentOwner() owner: OwnerRow): WebhookView {
    return toWebhookView(owner);
  }

  /**
   * Sets it. The address is asked at once: it gets a signed `{"type":"webhook.challenge","data":{"challenge":"…"}}` and has
   * to answer 2xx with the text of `challenge` in the body.
   */
  @Put()
  @Access('owner')
  @ApiResponse({ status: 200, type: WebhookDto })
  @ApiProblems(
    'invalid_request',
    'callback_not_allowed',
    'webhook_not_confirmed',
    'unauthorized',
    'forbidden',
    'foreign_site',
    'rate_limited',
  )
  async set(@Body() { url }: WebhookUrlDto, @CurrentOwner() owner: OwnerRow): Promise<WebhookView> {
    await this.callbacks.check(url);
    await this.challenge.ask(url, owner);
    await this.store.setUrl(owner.id, url);
    return toWebhookView(owner, url);
  }

  /** Ends it. What is under way to it is still delivered. */
  @Delete()
  @HttpCode(204)
  @Access('owner')
  @ApiResponse({ status: 204 })
  @ApiProblems('unauthorized', 'forbidden', 'foreign_site', 'rate_limited')
  async remove(@CurrentOwner() owner: OwnerRow): Promise<void> {
    await this.store.setUrl(owner.id, null);
  }

  /** What your receivers verify webhooks with. */
  @Get('secret')
  @Access('owner')
  @ApiResponse({ status: 200, type: WebhookSecretDto })
  @ApiProblems('unauthorized', 'forbidden', 'rate_limited')
  readSecret(@CurrentOwner() owner: OwnerRow): WebhookSecretView {
    const installation = owner.role === 'operator' ? this.installation.value : null;
    return toSecretView(readSecrets(owner.webhook_secrets), installation);
  }

  /** Changes it, to a new one or to yours. For 24 hours everything is signed with the old one too. */
  @Post('secret')
  @HttpCode(200)
  @Access('owner')
  @ApiBody({ type: WebhookOwnSecretDto, required: false })
  @ApiResponse({ status: 200, type: WebhookSecretDto })
  @ApiProblems('invalid_request', 'unauthorized', 'forbidden', 'foreign_site', 'rate_limited')
  async rotate(
    @Body() { secret = newWebhookSecret() }: WebhookOwnSecretDto,
    @CurrentOwner() owner: OwnerRow,
  ): Promise<WebhookSecretView> {
    if (!isWebhookSecret(secret)) {
      const errors = [{ pointer: '/secret', text: 'webhook_secret' as const }];
      throw new ProblemException('invalid_request.value', {}, { errors });
    }
    const secrets = await this.store.changeSecrets(owner.id, (before) =>
      rotate(before, this.installation.value, secret),
    );
    return toSecretView(secrets, null);
  }
}
