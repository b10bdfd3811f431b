import {
  ATTEMPT_OUTCOMES,
  FAILURE_CODES,
  TASK_STATES,
  TASK_TYPE_KEY,
  type AttemptOutcome,
  type Failure,
  type FailureCode,
  type FailureGroupView,
  type OperatorTaskDetailView,
  type OperatorTaskView,
  type TaskAttemptView,
  type TaskOwnerView,
  type TaskState,
} from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsISO8601, IsOptional, Matches } from 'class-validator';
import type { Page } from '../paging/page.js';
import { EXAMPLE_DONE_TASK, EXAMPLE_TASK } from '../tasks/example-task.js';
import { FailureDto, TaskDto, TaskUrlsDto } from '../tasks/task.dto.js';
import { TimelineEntryDto } from '../tasks/timeline.dto.js';

const SHA256 = { pattern: '^[0-9a-f]{64}$', example: EXAMPLE_TASK.input.sha256 };
const TIME = { format: 'date-time', example: EXAMPLE_DONE_TASK.finished_at };
const TIME_OR_NULL = { type: String, nullable: true, ...TIME };

/** Whose a task is. */
export class TaskOwnerDto implements TaskOwnerView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_TASK.id })
  id: string;
  @ApiProperty({ enum: ['visitor', 'key'], example: 'key' })
  kind: 'visitor' | 'key';
  @ApiProperty({ example: 'museum scanner', description: 'Empty for a visitor.' })
  name: string;
}

/** A task in an operator's list. */
export class OperatorTaskDto implements OperatorTaskView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_TASK.id })
  id: string;
  @ApiProperty({ example: 'person' })
  type: string;
  @ApiProperty({ enum: TASK_STATES, example: 'failed' })
  status: TaskState;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 9, example: 0 })
  priority: number;
  @ApiProperty({ example: 'IMG_0042.jpg' })
  filename: string;
  @ApiProperty({ type: String, nullable: true, example: 'box 3, page 12' })
  client_ref: string | null;
  @ApiProperty({ ...SHA256, description: 'Of the photo as it was sent.' })
  sha256: string;
  @ApiProperty({ type: String, format: 'uuid', nullable: true, example: null })
  album_id: string | null;
  @ApiProperty({ type: TaskOwnerDto })
  owner: TaskOwnerDto;
  @ApiProperty({ type: 'integer', example: 3 })
  attempts: number;
  @ApiProperty({ type: FailureDto, nullable: true })
  error: Failure | null;
  @ApiProperty({ ...TIME_OR_NULL, description: 'When an operator took it off the list of failed photos.' })
  discarded_at: string | null;
  @ApiProperty(TIME)
  created_at: string;
  @ApiProperty(TIME)
  queued_at: string;
  @ApiProperty(TIME_OR_NULL)
  started_at: string | null;
  @ApiProperty(TIME_OR_NULL)
  finished_at: string | null;
  @ApiProperty({ type: TaskUrlsDto })
  urls: TaskUrlsDto;
}

/** One page of tasks. It may show fewer than asked for, or none, and go on all the same. */
export class OperatorTaskPageDto implements Page<OperatorTaskView> {
  @ApiProperty({ type: [OperatorTaskDto] })
  items: OperatorTaskDto[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  next_cursor: string | null;
}

/** One time that a worker was at a task. */
export class TaskAttemptDto implements TaskAttemptView {
  @ApiProperty({ type: 'integer', example: 1 })
  attempt: number;
  @ApiProperty({ example: 'worker-1' })
  worker: string;
  @ApiProperty({ type: String, nullable: true, example: 'cuda:0 NVIDIA GeForce RTX 3060' })
  gpu: string | null;
  @ApiProperty(TIME_OR_NULL)
  started_at: string | null;
  @ApiProperty(TIME_OR_NULL)
  ended_at: string | null;
  @ApiProperty({ enum: ATTEMPT_OUTCOMES, example: 'retrying' })
  outcome: AttemptOutcome;
  @ApiProperty({ type: String, nullable: true, example: 'out_of_memory' })
  reason: string | null;
}

/** All that an operator may know of a task. */
export class OperatorTaskDetailDto implements OperatorTaskDetailView {
  @ApiProperty({ type: TaskDto })
  task: TaskDto;
  @ApiProperty({ type: TaskOwnerDto })
  owner: TaskOwnerDto;
  @ApiProperty(SHA256)
  sha256: string;
  @ApiProperty(TIME_OR_NULL)
  discarded_at: string | null;
  @ApiProperty({ type: [TimelineEntryDto] })
  timeline: TimelineEntryDto[];
  @ApiProperty({ type: [TaskAttemptDto] })
  attempts: TaskAttemptDto[];
  @ApiProperty({
    type: Object,
    additionalProperties: true,
    description: 'What the workers get, without what leads to the photo.',
    example: { version: 1, taskId: EXAMPLE_TASK.id, taskType: 'person', parameters: { size: 512 } },
  })
  payload: Record<string, unknown>;
  @ApiProperty({
    type: String,
    nullable: true,
    pattern: '^[0-9a-f]{32}$',
    example: null,
    description: 'By which its spans are found in a system for traces.',
  })
  trace_id: string | null;
}

/** Failed photos with one code. */
export class FailureGroupDto implements FailureGroupView {
  @ApiProperty({ enum: FAILURE_CODES, example: 'out_of_memory' })
  code: FailureCode;
  @ApiProperty({ type: 'integer', example: 42 })
  count: number;
  @ApiProperty({ type: [String], example: ['building', 'person'] })
  types: string[];
  @ApiProperty(TIME)
  first_at: string;
  @ApiProperty(TIME)
  last_at: string;
  @ApiProperty({ type: [String], example: [EXAMPLE_TASK.id], description: 'The newest four at most.' })
  sample_ids: string[];
}

/** Why photos have failed. */
export class FailureGroupsDto {
  @ApiProperty({ type: [FailureGroupDto] })
  groups: FailureGroupDto[];
}

/** Which failures are grouped. */
export class FailuresQuery {
  @ApiPropertyOptional({
    format: 'date-time',
    example: '2026-03-01T00:00:00Z',
    description: 'Failed from then on.',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    example: '2026-03-02T00:00:00Z',
    description: 'Failed before.',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;

  @ApiPropertyOptional({ example: 'person' })
  @IsOptional()
  @Matches(TASK_TYPE_KEY)
  type?: string;
}
