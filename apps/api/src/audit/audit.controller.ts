import type { AuditEntryView } from '@app/contracts';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import type { AuditLogRow } from '../database/schema.js';
import { Cursors } from '../paging/cursors.js';
import { PageQuery } from '../paging/page-query.dto.js';
import { linkNextPage, toPage, type Page } from '../paging/page.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { AuditLog } from './audit-log.js';
import { AuditPageDto } from './audit.dto.js';

/** Who did what, as operator. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin/audit')
export class AuditController {
  constructor(
    private readonly log: AuditLog,
    private readonly cursors: Cursors,
  ) {}

  /** Every act of an operator, the newest first. Nothing in it is ever changed or removed. */
  @Get()
  @Access('viewer')
  @ApiResponse({
    status: 200,
    type: AuditPageDto,
    headers: { Link: { description: 'The next page, `rel="next"`.', schema: { type: 'string' } } },
  })
  @ApiProblems('invalid_request', 'bad_cursor', 'unauthorized', 'forbidden', 'rate_limited')
  async list(
    @Query() { limit, cursor }: PageQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<AuditEntryView>> {
    const scope = { list: 'audit' };
    const before = cursor === undefined ? undefined : this.cursors.read(scope, cursor);
    const rows = await this.log.list(limit + 1, before);
    const page = toPage(rows, limit, (last) => this.cursors.issue(scope, last.id));
    linkNextPage(request, response, page.next_cursor);
    return { ...page, items: page.items.map(toEntryView) };
  }
}

function toEntryView({ at, by_id, by_name, details, ...row }: AuditLogRow): AuditEntryView {
  return {
    ...row,
    at: new Date(at).toISOString(),
    by: { id: by_id, name: by_name },
    details: details === null ? null : (JSON.parse(details) as Record<string, unknown>),
  };
}
