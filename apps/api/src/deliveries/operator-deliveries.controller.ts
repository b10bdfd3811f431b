import type { OperatorDeliveryView } from '@app/contracts';
import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { validate as isUuid } from 'uuid';
import { Access } from '../access/access.decorator.js';
import { CurrentOwner } from '../access/current.decorators.js';
import type { DeliveryRow, OwnerRow } from '../database/schema.js';
import { Cursors } from '../paging/cursors.js';
import { linkNextPage, toPage, type Page } from '../paging/page.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { DeliveryLogStore } from './delivery-log.store.js';
import { DeliverySender } from './delivery.sender.js';
import { toDeliveryView } from './delivery.view.js';
import {
  OperatorDeliveryDto,
  OperatorDeliveryPageDto,
  OperatorDeliveryQuery,
} from './operator-delivery.dto.js';

/** What other systems were told of everybody's tasks, for operators. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin/deliveries')
export class OperatorDeliveriesController {
  constructor(
    private readonly log: DeliveryLogStore,
    private readonly sender: DeliverySender,
    private readonly cursors: Cursors,
  ) {}

  /** Deliveries of everybody, the newest first. */
  @Get()
  @Access('viewer')
  @ApiResponse({
    status: 200,
    type: OperatorDeliveryPageDto,
    headers: { Link: { description: 'The next page, `rel="next"`.', schema: { type: 'string' } } },
  })
  @ApiProblems('invalid_request', 'bad_cursor', 'unauthorized', 'forbidden', 'rate_limited')
  async list(
    @Query() { state, host, limit, cursor }: OperatorDeliveryQuery,
    @CurrentOwner() caller: OwnerRow,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<OperatorDeliveryView>> {
    const scope = { list: 'admin-deliveries', caller: caller.id, state, host };
    const before = cursor === undefined ? undefined : this.cursors.read(scope, cursor);
    const rows = await this.log.list({ state, host: host?.toLowerCase() }, limit + 1, before);
    const page = toPage(rows, limit, (last) => this.cursors.issue(scope, last.id));
    linkNextPage(request, response, page.next_cursor);
    return { ...page, items: await this.show(page.items) };
  }

  /** Sends it once more, at once, with the same `webhook-id` and the same bytes. */
  @Post(':id/redeliver')
  @HttpCode(202)
  @Access('operator')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 202, type: OperatorDeliveryDto })
  @ApiProblems('unauthorized', 'forbidden', 'foreign_site', 'not_found', 'delivery_pending', 'rate_limited')
  async redeliver(@Param('id') id: string, @CurrentOwner() by: OwnerRow): Promise<OperatorDeliveryView> {
    const known = isUuid(id) ? await this.log.find(id.toLowerCase()) : undefined;
    if (known === undefined) throw new ProblemException('not_found');
    const act = { act: 'delivery_redelivered', by, subject: known.id } as const;
    const row = await this.log.redeliver(known.id, Date.now(), act);
    if (row === undefined) throw new ProblemException('delivery_pending');
    this.sender.wake();
    const [view] = await this.show([row]);
    return view!;
  }

  private async show(rows: readonly DeliveryRow[]): Promise<OperatorDeliveryView[]> {
    const errors = await this.log.lastErrors(rows);
    return rows.map((row) => ({
      ...toDeliveryView(row),
      owner_id: row.owner_id,
      host: row.host,
      last_error: errors.get(row.id) ?? null,
    }));
  }
}
