import { TASK_STATES, TASK_TYPE_KEY, type TaskState } from '@app/contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID, Matches } from 'class-validator';
import { PageQuery } from '../paging/page-query.dto.js';

/** Which tasks `GET /v1/tasks` shows. */
export class TaskListQuery extends PageQuery {
  @ApiPropertyOptional({ enum: TASK_STATES })
  @IsOptional()
  @IsIn(TASK_STATES)
  status?: TaskState;

  @ApiPropertyOptional({ example: 'person' })
  @IsOptional()
  @Matches(TASK_TYPE_KEY)
  type?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  album_id?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description: 'Those of everybody, instead of your own; for keys that may look at everything.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  all?: 'true' | 'false';
}
