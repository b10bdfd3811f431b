import type { OperationView } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpStatus, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import { CurrentOwner } from '../access/current.decorators.js';
import type { OwnerRow } from '../database/schema.js';
import { Cursors } from '../paging/cursors.js';
import { PageQuery } from '../paging/page-query.dto.js';
import { linkNextPage, toPage, type Page } from '../paging/page.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import {
  NewOperationDto,
  OperationDto,
  OperationPageDto,
  OperationPreviewDto,
  OperationQuery,
} from './operation.dto.js';
import { toOperationView } from './operation.view.js';
import { OperationsService } from './operations.service.js';
import { OperationsStore } from './operations.store.js';

/** What operators do to many photos at once. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin/operations')
export class OperationsController {
  constructor(
    private readonly operations: OperationsService,
    private readonly store: OperationsStore,
    private readonly cursors: Cursors,
  ) {}

  /**
   * Does something to all tasks that match, in the background: at a limited rate, going on after a restart, until it is
   * finished or stopped. With `preview=true` nothing is done but counting.
   */
  @Post()
  @Access('operator')
  @ApiResponse({ status: 202, type: OperationDto })
  @ApiResponse({ status: 200, type: OperationPreviewDto, description: 'With `preview=true`.' })
  @ApiProblems(
    'invalid_request',
    'unauthorized',
    'forbidden',
    'foreign_site',
    'count_changed',
    'request_too_large',
    'rate_limited',
  )
  async start(
    @Body() asked: NewOperationDto,
    @Query() { preview }: OperationQuery,
    @CurrentOwner() caller: OwnerRow,
    @Res({ passthrough: true }) response: Response,
  ): Promise<OperationView | OperationPreviewDto> {
    if (preview === 'true') {
      response.status(HttpStatus.OK);
      return { count: await this.operations.preview(asked) };
    }
    response.status(HttpStatus.ACCEPTED);
    return toOperationView(await this.operations.start(asked, caller));
  }

  /** Operations, the newest first. */
  @Get()
  @Access('viewer')
  @ApiResponse({
    status: 200,
    type: OperationPageDto,
    headers: { Link: { description: 'The next page, `rel="next"`.', schema: { type: 'string' } } },
  })
  @ApiProblems('invalid_request', 'bad_cursor', 'unauthorized', 'forbidden', 'rate_limited')
  async list(
    @Query() { limit, cursor }: PageQuery,
    @CurrentOwner() caller: OwnerRow,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<OperationView>> {
    const scope = { list: 'operations', caller: caller.id };
    const before = cursor === undefined ? undefined : this.cursors.read(scope, cursor);
    const page = toPage(await this.store.list(limit + 1, before), limit, ({ id }) =>
      this.cursors.issue(scope, id),
    );
    linkNextPage(request, response, page.next_cursor);
    return { ...page, items: page.items.map(toOperationView) };
  }

  /** How far an operation is. */
  @Get(':id')
  @Access('viewer')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 200, type: OperationDto })
  @ApiProblems('unauthorized', 'forbidden', 'not_found', 'rate_limited')
  async read(@Param('id') id: string): Promise<OperationView> {
    return toOperationView(await this.operations.read(id));
  }

  /** Stops an operation, within about a second. What it has done stays done. */
  @Delete(':id')
  @Access('operator')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 200, type: OperationDto })
  @ApiProblems('unauthorized', 'forbidden', 'foreign_site', 'not_found', 'rate_limited')
  async stop(@Param('id') id: string, @CurrentOwner() caller: OwnerRow): Promise<OperationView> {
    return toOperationView(await this.operations.stop(id, caller));
  }
}
