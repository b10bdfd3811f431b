import type { HistoryView } from '@app/contracts';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { HistoryDto, HistoryQuery } from './history.dto.js';
import { History } from './history.js';

/** What happened lately, for operators. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin/history')
export class HistoryController {
  constructor(private readonly history: History) {}

  /**
   * How many photos came and ended within each step of the last hours, and how long they took. One that failed and was
   * tried again counts where it ended the last time.
   */
  @Get()
  @Access('viewer')
  @ApiResponse({ status: 200, type: HistoryDto })
  @ApiProblems('invalid_request', 'unauthorized', 'forbidden', 'rate_limited')
  async read(@Query() { hours, type }: HistoryQuery): Promise<HistoryView> {
    return this.history.of(hours, type);
  }
}
