import type { DeliveryDetailView, DeliveryView } from '@app/contracts';
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { validate as isUuid } from 'uuid';
import { Access } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CurrentCaller, CurrentOwner } from '../access/current.decorators.js';
import { operatorAct } from '../audit/operator-act.js';
import type { DeliveryRow, OwnerRow } from '../database/schema.js';
import { Cursors } from '../paging/cursors.js';
import { linkNextPage, toPage, type Page } from '../paging/page.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { KeysOnlyGuard } from '../webhooks/keys-only.guard.js';
import { DeliveryLogStore } from './delivery-log.store.js';
import { DeliverySender } from './delivery.sender.js';
import { DeliveryDetailDto, DeliveryListQuery, DeliveryPageDto } from './delivery.dto.js';
import { toDeliveryDetail, toDeliveryView } from './delivery.view.js';

/** What other systems were told, what they were not, and why. Of your tasks; operators see those of everybody. */
@ApiTags('webhooks')
@ApiBearerAuth()
@Controller('v1/deliveries')
@UseGuards(KeysOnlyGuard)
export class DeliveriesController {
  constructor(
    private readonly log: DeliveryLogStore,
    private readonly sender: DeliverySender,
    private readonly cursors: Cursors,
  ) {}

  /** Deliveries, the newest first. They are kept as long as their tasks are. */
  @Get()
  @Access('owner')
  @ApiResponse({
    status: 200,
    type: DeliveryPageDto,
    headers: { Link: { description: 'The next page, `rel="next"`.', schema: { type: 'string' } } },
  })
  @ApiProblems('invalid_request', 'bad_cursor', 'unauthorized', 'forbidden', 'rate_limited')
  async list(
    @Query() { task_id: taskId, state, limit, cursor }: DeliveryListQuery,
    @CurrentOwner() owner: OwnerRow,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<DeliveryView>> {
    const scope = { list: 'deliveries', owner: owner.id, task: taskId, state };
    const before = cursor === undefined ? undefined : this.cursors.read(scope, cursor);
    const ownerId = owner.role === 'operator' ? undefined : owner.id;
    const rows = await this.log.list({ ownerId, taskId: taskId?.toLowerCase(), state }, limit + 1, before);
    const page = toPage(rows, limit, (last) => this.cursors.issue(scope, last.id));
    linkNextPage(request, response, page.next_cursor);
    return { ...page, items: page.items.map(toDeliveryView) };
  }

  /** A delivery, with every attempt. */
  @Get(':id')
  @Access('owner')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 200, type: DeliveryDetailDto })
  @ApiProblems('unauthorized', 'forbidden', 'not_found', 'rate_limited')
  async read(@Param('id') id: string, @CurrentOwner() owner: OwnerRow): Promise<DeliveryDetailView> {
    return this.show(await this.find(id, owner));
  }

  /**
   * Sends it once more, at once, with the same `webhook-id` and the same bytes. Where that attempt fails, it goes on with
   * what is left of its schedule.
   */
  @Post(':id/redeliver')
  @HttpCode(202)
  @Access('owner')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 202, type: DeliveryDetailDto })
  @ApiProblems('unauthorized', 'forbidden', 'foreign_site', 'not_found', 'delivery_pending', 'rate_limited')
  async redeliver(
    @Param('id') id: string,
    @CurrentOwner() owner: OwnerRow,
    @CurrentCaller() caller: Caller,
  ): Promise<DeliveryDetailView> {
    const before = await this.find(id, owner);
    const act = operatorAct(caller, before.owner_id, { act: 'delivery_redelivered', subject: before.id });
    const row = await this.log.redeliver(before.id, Date.now(), act);
    if (row === undefined) throw new ProblemException('delivery_pending');
    this.sender.wake();
    return this.show(row);
  }

  private async show(row: DeliveryRow): Promise<DeliveryDetailView> {
    return toDeliveryDetail(row, await this.log.attempts(row.id));
  }

  /** @throws ProblemException `not_found`, also for somebody else's. */
  private async find(id: string, owner: OwnerRow): Promise<DeliveryRow> {
    const row = isUuid(id) ? await this.log.find(id.toLowerCase()) : undefined;
    const isTheirs = row !== undefined && (row.owner_id === owner.id || owner.role === 'operator');
    if (!isTheirs) throw new ProblemException('not_found');
    return row;
  }
}
