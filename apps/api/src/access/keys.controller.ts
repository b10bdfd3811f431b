import type { ApiKeyView, NewApiKeyView } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { OwnerRow } from '../database/schema.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { AccessChanges } from './access-changes.js';
import { Access } from './access.decorator.js';
import { CurrentOwner } from './current.decorators.js';
import { readExpiry } from './iso-time.js';
import { KeyListDto, NewKeyShownDto } from './key.dto.js';
import { toKeyView } from './key.view.js';
import { KeysStore } from './keys.store.js';
import { requireTaskTypes } from './require-task-types.js';
import { NewKeyDto } from './new-key.dto.js';

/** API keys, for operators. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin/keys')
export class KeysController {
  constructor(
    private readonly keys: KeysStore,
    private readonly changes: AccessChanges,
    @Inject(CATALOG) private readonly catalog: Catalog,
  ) {}

  /** Makes an API key. Its token is in this answer and nowhere else. */
  @Post()
  @Access('operator')
  @ApiResponse({ status: 201, type: NewKeyShownDto })
  @ApiProblems(
    'invalid_request',
    'unauthorized',
    'forbidden',
    'unknown_task_type',
    'foreign_site',
    'rate_limited',
  )
  async create(@Body() chosen: NewKeyDto, @CurrentOwner() by: OwnerRow): Promise<NewApiKeyView> {
    if (chosen.allowed_types) requireTaskTypes(this.catalog, chosen.allowed_types, '/allowed_types');
    const asked = {
      name: chosen.name,
      role: chosen.role ?? 'user',
      group_name: chosen.group ?? null,
      allowed_types: chosen.allowed_types ? JSON.stringify(chosen.allowed_types) : null,
      max_priority: chosen.max_priority ?? 0,
      quota_bytes: chosen.quota_bytes ?? null,
      requests_per_minute: chosen.requests_per_minute ?? null,
      amqp_user: chosen.amqp_user ?? null,
      expires_at: readExpiry(chosen.expires_at),
    };
    const { key, token } = await this.keys.add(asked, by);
    return { ...toKeyView(key), token };
  }

  /** All API keys, also those that were revoked; no token is among it. */
  @Get()
  @Access('viewer')
  @ApiResponse({ status: 200, type: KeyListDto })
  @ApiProblems('unauthorized', 'forbidden', 'rate_limited')
  async list(): Promise<{ items: ApiKeyView[] }> {
    return { items: (await this.keys.list()).map(toKeyView) };
  }

  /** Ends an API key at once. What it owns stays until its time is over. */
  @Delete(':id')
  @HttpCode(204)
  @Access('operator')
  @ApiResponse({ status: 204 })
  @ApiProblems('unauthorized', 'forbidden', 'foreign_site', 'not_found', 'rate_limited')
  async revoke(@Param('id') id: string, @CurrentOwner() by: OwnerRow): Promise<void> {
    const isKey = isUuid(id) && (await this.keys.revoke(id.toLowerCase(), by));
    if (!isKey) throw new ProblemException('not_found');
    this.changes.ownerRevoked(id.toLowerCase());
  }
}
