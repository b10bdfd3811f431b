import type { FailureGroupView, OperatorTaskDetailView, OperatorTaskView } from '@app/contracts';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import { CurrentOwner } from '../access/current.decorators.js';
import type { OwnerRow } from '../database/schema.js';
import { linkNextPage, type Page } from '../paging/page.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { FailuresStore } from './failures.store.js';
import {
  FailureGroupsDto,
  FailuresQuery,
  OperatorTaskDetailDto,
  OperatorTaskPageDto,
} from './operator-task.dto.js';
import { TaskSearchQuery } from './task-search-query.dto.js';
import { TaskSearch } from './task-search.js';

/** Tasks of everybody, for operators. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin')
export class OperatorTasksController {
  constructor(
    private readonly search: TaskSearch,
    private readonly failures: FailuresStore,
  ) {}

  /** Tasks that match everything that is given, the newest first. */
  @Get('tasks')
  @Access('viewer')
  @ApiResponse({
    status: 200,
    type: OperatorTaskPageDto,
    headers: { Link: { description: 'The next page, `rel="next"`.', schema: { type: 'string' } } },
  })
  @ApiProblems('invalid_request', 'bad_cursor', 'unauthorized', 'forbidden', 'rate_limited')
  async list(
    @Query() query: TaskSearchQuery,
    @CurrentOwner() caller: OwnerRow,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<OperatorTaskView>> {
    const page = await this.search.page(query, caller);
    linkNextPage(request, response, page.next_cursor);
    return page;
  }

  /** A task with its steps, its attempts, and what the workers get of it. */
  @Get('tasks/:id')
  @Access('viewer')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 200, type: OperatorTaskDetailDto })
  @ApiProblems('unauthorized', 'forbidden', 'not_found', 'rate_limited')
  async read(@Param('id') id: string): Promise<OperatorTaskDetailView> {
    return this.search.read(id);
  }

  /** Why photos have failed, the most frequent reason first. Without those that an operator has discarded. */
  @Get('failures')
  @Access('viewer')
  @ApiResponse({ status: 200, type: FailureGroupsDto })
  @ApiProblems('invalid_request', 'unauthorized', 'forbidden', 'rate_limited')
  async group(@Query() { type, from, to }: FailuresQuery): Promise<{ groups: FailureGroupView[] }> {
    const toMs = (iso: string | undefined) => (iso === undefined ? undefined : Date.parse(iso));
    return { groups: await this.failures.groups({ type, from: toMs(from), to: toMs(to) }) };
  }
}
