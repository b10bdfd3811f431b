import type { TaskProgress, WorkerEngineView, WorkerView } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';

const PERCENT = { type: Number, nullable: true, minimum: 0, maximum: 100, example: 40 };
const BYTES = { type: Number, nullable: true, example: 25_769_803_776 };

/** An engine that a worker may use. */
export class WorkerEngineDto implements WorkerEngineView {
  @ApiProperty({ example: 'http://127.0.0.1:8188' })
  address: string;
  @ApiProperty({ example: true })
  reachable: boolean;
  @ApiProperty({ type: String, nullable: true, example: 'cuda:0 NVIDIA GeForce RTX 4090' })
  device: string | null;
  @ApiProperty(BYTES)
  memory_total_bytes: number | null;
  @ApiProperty(BYTES)
  memory_free_bytes: number | null;
  @ApiProperty(PERCENT)
  utilization_percent: number | null;
  @ApiProperty(PERCENT)
  memory_used_percent: number | null;
  @ApiProperty({ enum: ['closed', 'open', 'half_open'], nullable: true, example: 'closed' })
  circuit: WorkerEngineView['circuit'];
  @ApiProperty({ type: [String], example: [] })
  problems: string[];
  @ApiProperty({ type: String, nullable: true, example: 'person' })
  loaded: string | null;
}

/** A task that a worker is at. */
export class WorkerTaskDto {
  @ApiProperty({ format: 'uuid', example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  task_id: string;
  @ApiProperty({ example: 'person' })
  task_type: string;
  @ApiProperty({ format: 'date-time', example: '2026-03-01T09:00:00.000Z' })
  since: string;
  @ApiProperty({ enum: ['preparing', 'waiting_for_engine', 'running', 'saving'], example: 'running' })
  stage: TaskProgress['stage'];
}

/** A worker: what it last told of itself, and whether it is paused. */
export class WorkerDto implements WorkerView {
  @ApiProperty({ example: 'worker-1' })
  worker: string;
  @ApiProperty({ format: 'uuid', example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  process: string;
  @ApiProperty({ type: [String], example: ['person', 'building'] })
  task_types: string[];
  @ApiProperty({ type: 'integer', example: 1 })
  concurrency: number;
  @ApiProperty({ type: 'integer', example: 1 })
  lookahead: number;
  @ApiProperty({ type: Number, nullable: true, example: 0 })
  ahead: number | null;
  @ApiProperty({ type: [WorkerTaskDto] })
  running: WorkerTaskDto[];
  @ApiProperty({ type: [WorkerEngineDto] })
  engines: WorkerEngineDto[];
  @ApiProperty({ enum: ['open', 'closed'], example: 'open' })
  tap: WorkerView['tap'];
  @ApiProperty({
    enum: ['no_engine', 'gpu_memory', 'paused', 'leaving', 'stopping'],
    nullable: true,
    example: null,
  })
  closed_because: WorkerView['closed_because'];
  @ApiProperty(PERCENT)
  gpu_memory_used_percent: number | null;
  @ApiProperty({ example: false, description: 'An operator wants it to take nothing.' })
  paused: boolean;
  @ApiProperty({ format: 'date-time', example: '2026-03-01T09:00:00.000Z' })
  at: string;
}

/** The workers that were heard of within 15 s. */
export class WorkerListDto {
  @ApiProperty({ type: [WorkerDto] })
  items: WorkerDto[];
}
