import {
  DELAY_REASONS,
  ENGINE_NAMES,
  FAILURE_CODES,
  PLACE_REASONS,
  TASK_STATES,
  type DelayReason,
  type EngineRef,
  type Failure,
  type ParameterAdjustment,
  type ParameterValues,
  type PlaceReason,
  type TaskEstimate,
  type TaskPicture,
  type TaskProgress,
  type TaskState,
  type TaskUrls,
  type TaskView,
} from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { EXAMPLE_DONE_TASK, EXAMPLE_TASK } from './example-task.js';

const { urls } = EXAMPLE_TASK;

/** A picture of a task. */
export class TaskPictureDto implements TaskPicture {
  @ApiProperty({ example: urls.original })
  url: string;

  @ApiProperty({ example: 'image/jpeg' })
  media_type: string;

  @ApiProperty({ type: 'integer', example: 1024 })
  width: number;

  @ApiProperty({ type: 'integer', example: 788 })
  height: number;

  @ApiProperty({ type: 'integer', example: 292_707 })
  bytes: number;

  @ApiProperty({ pattern: '^[0-9a-f]{64}$', example: EXAMPLE_TASK.input.sha256 })
  sha256: string;
}

/** When a task will probably have ended. */
export class TaskEstimateDto implements TaskEstimate {
  @ApiProperty({ format: 'date-time', example: EXAMPLE_TASK.estimate?.from })
  from: string;

  @ApiProperty({ format: 'date-time', example: EXAMPLE_TASK.estimate?.to })
  to: string;
}

/** What a running task is doing. */
export class TaskProgressDto implements TaskProgress {
  @ApiProperty({ enum: ['preparing', 'waiting_for_engine', 'running', 'saving'] })
  stage: TaskProgress['stage'];

  @ApiProperty({ type: Number, nullable: true, minimum: 0, maximum: 100, example: 40 })
  percent: number | null;
}

/** A value that was moved to the nearest one that the model accepts. */
export class ParameterAdjustmentDto implements ParameterAdjustment {
  @ApiProperty({ example: 'size' })
  name: string;

  @ApiProperty({ example: 500 })
  sent: number;

  @ApiProperty({ example: 512 })
  used: number;
}

/** Who coloured a photo. The built-in engine says whether it ran DDColor or its own preview method. */
export class EngineDto implements EngineRef {
  @ApiProperty({ enum: ENGINE_NAMES })
  name: EngineRef['name'];

  @ApiProperty({ example: '0.3.60' })
  version: string;

  @ApiProperty({ enum: ['ddcolor-onnx', 'preview'], required: false })
  colouring?: 'ddcolor-onnx' | 'preview';
}

/** The node of the workflow that failed. */
export class FailedNodeDto {
  @ApiProperty({ example: '6' })
  id: string;

  @ApiProperty({ example: 'DDColor_Colorize' })
  type: string;
}

/** Why an attempt failed. */
export class FailureDto implements Failure {
  @ApiProperty({ enum: FAILURE_CODES })
  code: Failure['code'];

  @ApiProperty({ example: 'The engine did not answer.' })
  message: string;

  @ApiProperty({ required: false, type: FailedNodeDto })
  node?: FailedNodeDto;
}

/** The paths of a task on the API. */
export class TaskUrlsDto implements TaskUrls {
  @ApiProperty({ example: urls.self })
  self: string;

  @ApiProperty({ example: urls.original })
  original: string;

  @ApiProperty({ example: urls.result })
  result: string;

  @ApiProperty({ example: urls.thumbnail })
  thumbnail: string;

  @ApiProperty({ example: urls.timeline })
  timeline: string;

  @ApiProperty({ example: urls.events })
  events: string;

  @ApiProperty({ example: urls.cancel })
  cancel: string;

  @ApiProperty({ example: urls.retry })
  retry: string;
}

/** A task: one photo on its way. */
export class TaskDto implements TaskView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_TASK.id })
  id: string;

  @ApiProperty({ example: 'person' })
  type: string;

  @ApiProperty({
    enum: TASK_STATES,
    description:
      'succeeded, failed, cancelled and expired are final; all but succeeded can be retried. ' +
      'expired: no worker began it within its waiting limit.',
  })
  status: TaskState;

  @ApiProperty({ type: 'integer', example: 1, description: 'The newer of two views has the higher one.' })
  seq: number;

  @ApiProperty({ type: 'integer', minimum: 0, maximum: 9, example: 0 })
  priority: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 3,
    description: '1 is next in line among waiting tasks of the same type; null unless it stands in line.',
  })
  queue_position: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: PLACE_REASONS,
    description: 'Why its place rose, the last time that it did.',
  })
  moved_back_by: PlaceReason | null;

  @ApiProperty({ type: TaskEstimateDto, nullable: true, description: 'Four of five tasks end within it.' })
  estimate: TaskEstimate | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: DELAY_REASONS,
    description: 'Why it waits although a worker may be free.',
  })
  delayed_by: DelayReason | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    minimum: 0,
    maximum: 100,
    example: null,
    description: 'How full the GPU is, of several the least full one; null unless delayed_by is gpu_memory.',
  })
  gpu_memory_used_percent: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  retry_at: string | null;

  @ApiProperty({ type: TaskProgressDto, nullable: true, description: 'Null unless running.' })
  progress: TaskProgress | null;

  @ApiProperty({ type: 'integer', example: 1, description: 'Attempts started so far.' })
  attempts: number;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  album_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'box 3, page 12' })
  client_ref: string | null;

  @ApiProperty({ example: 'grandmother-1953.jpg' })
  filename: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: EXAMPLE_TASK.parameters })
  parameters: ParameterValues;

  @ApiProperty({ type: [ParameterAdjustmentDto], description: 'What was changed of the values sent.' })
  adjusted: ParameterAdjustment[];

  @ApiProperty({ type: TaskPictureDto })
  input: TaskPicture;

  @ApiProperty({ type: TaskPictureDto, nullable: true, description: 'Null until succeeded.' })
  output: TaskPicture | null;

  @ApiProperty({ type: EngineDto, nullable: true })
  engine: EngineRef | null;

  @ApiProperty({ type: FailureDto, nullable: true })
  error: Failure | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  started_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finished_at: string | null;

  @ApiProperty({ format: 'date-time', description: 'When everything of it will be erased.' })
  expires_at: string;

  @ApiProperty({ type: TaskUrlsDto })
  urls: TaskUrls;
}

/** One page of tasks. */
export class TaskPageDto {
  @ApiProperty({ type: [TaskDto], example: [EXAMPLE_DONE_TASK] })
  items: TaskView[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Null on the last page.' })
  next_cursor: string | null;
}
