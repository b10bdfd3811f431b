import { TASK_STATES, TASK_STEPS, type TaskState, type TaskStep, type TimelineEntry } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { EXAMPLE_DONE_TASK, EXAMPLE_TASK } from './example-task.js';

/** One step in the life of a task. */
export class TimelineEntryDto implements TimelineEntry {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_TASK.id })
  task_id: string;

  @ApiProperty({ type: 'integer', example: 3 })
  seq: number;

  @ApiProperty({ type: 'integer', nullable: true, example: null })
  album_seq: number | null;

  @ApiProperty({ enum: TASK_STEPS, example: 'started' })
  step: TaskStep;

  @ApiProperty({ enum: TASK_STATES, example: 'running' })
  status: TaskState;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_DONE_TASK.started_at })
  at: string;

  @ApiProperty({ type: 'integer', example: 1 })
  attempt: number;

  @ApiProperty({ example: 'worker-1' })
  by: string;

  @ApiProperty({ type: String, nullable: true, example: 'cuda:0 NVIDIA GeForce RTX 3060' })
  gpu: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  reason: string | null;
}

/** The life of a task. */
export class TimelineDto {
  @ApiProperty({ type: [TimelineEntryDto] })
  items: TimelineEntry[];
}
