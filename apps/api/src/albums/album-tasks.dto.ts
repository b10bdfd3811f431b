import { TASK_STATES, type TaskState, type TaskView } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQuery } from '../paging/page-query.dto.js';
import type { Page } from '../paging/page.js';
import { TaskDto } from '../tasks/task.dto.js';

/** Which tasks of an album are asked for. */
export class AlbumTasksQuery extends PageQuery {
  @ApiPropertyOptional({ enum: TASK_STATES })
  @IsOptional()
  @IsIn(TASK_STATES)
  status?: TaskState;
}

/** One page of an album's tasks. */
export class AlbumTaskPageDto implements Page<TaskView> {
  @ApiProperty({ type: [TaskDto] })
  items: TaskView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  next_cursor: string | null;
}
