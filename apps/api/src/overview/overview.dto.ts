import {
  CAUSE_CODES,
  type CauseCode,
  type CauseView,
  type LocalizedText,
  type OverviewView,
  type Percentiles,
  type TypeOverview,
} from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { LocalizedTextDto } from '../task-types/task-type.dto.js';

const COUNT = { type: 'integer', example: 3 } as const;
const BYTES_OR_NULL = { type: Number, nullable: true, example: 107_374_182_400 };
const TIME_OR_NULL = {
  type: String,
  format: 'date-time',
  nullable: true,
  example: '2026-03-01T09:00:00.000Z',
};

/** How long half of the tasks took at most, and how long 19 of 20 did. Seconds. */
export class PercentilesDto implements Percentiles {
  @ApiProperty({ example: 4.2 })
  p50: number;
  @ApiProperty({ example: 9.8 })
  p95: number;
}

/** In how many seconds a photo would probably be ready. */
export class SecondsRangeDto {
  @ApiProperty({ type: 'integer', example: 20 })
  from: number;
  @ApiProperty({ type: 'integer', example: 45 })
  to: number;
}

/** A task type at a glance. */
export class TypeOverviewDto implements TypeOverview {
  @ApiProperty({ example: 'person' })
  type: string;
  @ApiProperty({ type: LocalizedTextDto, nullable: true })
  title: LocalizedText | null;
  @ApiProperty({ ...COUNT, description: 'In line, those that wait before another attempt included.' })
  waiting: number;
  @ApiProperty({ ...COUNT, description: 'Of those that wait, without those before another attempt.' })
  in_line: number;
  @ApiProperty(COUNT)
  running: number;
  @ApiProperty(TIME_OR_NULL)
  oldest_waiting_since: string | null;
  @ApiProperty({ ...COUNT, description: 'That take it, heard of within 15 s.' })
  workers: number;
  @ApiProperty({ example: false })
  paused: boolean;
  @ApiProperty(COUNT)
  submitted_last_hour: number;
  @ApiProperty(COUNT)
  finished_last_hour: number;
  @ApiProperty(COUNT)
  failed_last_hour: number;
  @ApiProperty({ type: PercentilesDto, nullable: true, description: 'In line, of those that succeeded.' })
  wait_s: Percentiles | null;
  @ApiProperty({ type: PercentilesDto, nullable: true, description: 'From begin to end, of the same ones.' })
  run_s: Percentiles | null;
  @ApiProperty({
    type: SecondsRangeDto,
    nullable: true,
    description: 'For a photo that came at this moment.',
  })
  estimate_s: SecondsRangeDto | null;
}

/** One reason why photos do not flow. */
export class CauseDto implements CauseView {
  @ApiProperty({ enum: CAUSE_CODES, example: 'no_worker' })
  code: CauseCode;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'person',
    description: 'What it is about, by the code.',
  })
  subject: string | null;
  @ApiProperty(TIME_OR_NULL)
  since: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '3 waiting.',
    description: 'For operators, in English.',
  })
  detail: string | null;
  @ApiProperty({ example: 'noworkers', description: 'The anchor in docs/RUNBOOK.md.' })
  runbook: string;
}

/** How it stands with RabbitMQ. */
export class BrokerOverviewDto {
  @ApiProperty({ example: true })
  connected: boolean;
  @ApiProperty({ example: false })
  blocked: boolean;
  @ApiProperty({ type: String, nullable: true, example: null })
  problem: string | null;
}

/** Of the file system with the photos. */
export class StorageOverviewDto {
  @ApiProperty(BYTES_OR_NULL)
  free_bytes: number | null;
  @ApiProperty(BYTES_OR_NULL)
  total_bytes: number | null;
}

/** What other systems are to be told. */
export class DeliveriesOverviewDto {
  @ApiProperty(COUNT)
  pending: number;
  @ApiProperty(COUNT)
  failed_last_hour: number;
}

/** Photos on their way to RabbitMQ. */
export class OutboxOverviewDto {
  @ApiProperty(COUNT)
  pending: number;
  @ApiProperty(TIME_OR_NULL)
  oldest_since: string | null;
}

/** Everything at a glance. */
export class OverviewDto implements OverviewView {
  @ApiProperty({ format: 'date-time', example: '2026-03-01T09:00:00.000Z' })
  at: string;
  @ApiProperty({ type: [TypeOverviewDto] })
  types: TypeOverviewDto[];
  @ApiProperty({ type: [CauseDto], description: 'Why photos do not flow, worst first; empty where they do.' })
  causes: CauseDto[];
  @ApiProperty({ type: BrokerOverviewDto })
  broker: BrokerOverviewDto;
  @ApiProperty({ type: StorageOverviewDto })
  storage: StorageOverviewDto;
  @ApiProperty({ type: DeliveriesOverviewDto })
  deliveries: DeliveriesOverviewDto;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: 0,
    description: 'Messages in the parking queue; null while nobody can tell.',
  })
  parked: number | null;
  @ApiProperty({ type: OutboxOverviewDto })
  outbox: OutboxOverviewDto;
}
