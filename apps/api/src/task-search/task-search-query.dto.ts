import { ApiPropertyOptional, IntersectionType } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../paging/page-query.dto.js';
import { TaskMatchDto } from './task-match.dto.js';

/** Which tasks `GET /v1/admin/tasks` shows. */
export class TaskSearchQuery extends IntersectionType(PageQuery, TaskMatchDto) {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description:
      'Only tasks that an operator has discarded, or only others. Absent: others, and with `q` both of them.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  discarded?: 'true' | 'false';
}
