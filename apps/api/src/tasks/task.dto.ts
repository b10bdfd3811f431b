import {
  DELAY_REASONS,
  TASK_STATES,
  type DelayReason,
  type EngineRef,
  type Failure,
  type ParameterValues,
  type TaskPicture,
  type TaskProgress,
  type TaskState,
  type TaskView,
} from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';

const FAILURE_SCHEMA = {
  type: 'object',
  nullable: true,
  properties: { code: { type: 'string', example: 'engine_unreachable' }, message: { type: 'string' } },
} as const;

/** A picture of a task. */
export class TaskPictureDto implements TaskPicture {
  @ApiProperty({ example: '/v1/tasks/019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c/original' })
  url: string;

  @ApiProperty({ example: 'image/jpeg' })
  media_type: string;

  @ApiProperty({ example: 1024 })
  width: number;

  @ApiProperty({ example: 788 })
  height: number;

  @ApiProperty({ example: 292_707 })
  bytes: number;

  @ApiProperty({ example: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' })
  sha256: string;
}

/** A task: one photo on its way. */
export class TaskDto implements TaskView {
  @ApiProperty({ example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  id: string;

  @ApiProperty({ example: 'person' })
  type: string;

  @ApiProperty({
    enum: TASK_STATES,
    description:
      'succeeded, failed, cancelled and expired are final; only a failed task may be sent through once more, by an operator. ' +
      'expired: no worker began it within its waiting limit.',
  })
  status: TaskState;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 3,
    description: '1 is next in line; null unless queued.',
  })
  queue_position: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: DELAY_REASONS,
    description:
      'Why it waits although a worker may be free. broker_unreachable: it is stored, and handed to the queue as soon as ' +
      'RabbitMQ is back.',
  })
  delayed_by: DelayReason | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: false,
    properties: {
      stage: { type: 'string', enum: ['preparing', 'waiting_for_engine', 'running', 'saving'] },
      percent: { type: 'number', nullable: true },
    },
  })
  progress: TaskProgress | null;

  @ApiProperty({ example: 1, description: 'Attempts started so far.' })
  attempts: number;

  @ApiProperty({ example: 'grandmother-1953.jpg' })
  filename: string;

  @ApiProperty({ type: 'object', additionalProperties: true, example: { size: 512 } })
  parameters: ParameterValues;

  @ApiProperty({ type: TaskPictureDto })
  input: TaskPicture;

  @ApiProperty({ type: TaskPictureDto, nullable: true })
  output: TaskPicture | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: false,
    description:
      'Who coloured it. The built-in engine says whether it ran DDColor or its own preview method.',
    properties: {
      name: { type: 'string', enum: ['comfyui', 'built-in'] },
      version: { type: 'string' },
      colouring: { type: 'string', enum: ['ddcolor-onnx', 'preview'] },
    },
  })
  engine: EngineRef | null;

  @ApiProperty({ ...FAILURE_SCHEMA, additionalProperties: true })
  error: Failure | null;

  @ApiProperty({ format: 'date-time' })
  created_at: string;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  started_at: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finished_at: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: false,
    properties: { self: { type: 'string' }, original: { type: 'string' }, result: { type: 'string' } },
  })
  urls: TaskView['urls'];
}
