import {
  DELIVERY_CHANNELS,
  DELIVERY_STATES,
  NOTICE_TYPES,
  type DeliveryAttemptView,
  type DeliveryChannel,
  type DeliveryDetailView,
  type DeliveryState,
  type DeliveryView,
  type NoticeType,
} from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { PageQuery } from '../paging/page-query.dto.js';
import type { Page } from '../paging/page.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';

/** Which deliveries are shown. */
export class DeliveryListQuery extends PageQuery {
  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID()
  task_id?: string;

  @ApiPropertyOptional({ enum: DELIVERY_STATES })
  @IsOptional()
  @IsIn(DELIVERY_STATES)
  state?: DeliveryState;
}

/** An outcome that another system is told of. */
export class DeliveryDto implements DeliveryView {
  @ApiProperty({ format: 'uuid', example: ID })
  id: string;
  @ApiProperty({ example: `msg_${ID}`, description: 'The header `webhook-id`, the same in every attempt.' })
  webhook_id: string;
  @ApiProperty({ format: 'uuid', example: ID })
  task_id: string;
  @ApiProperty({ enum: DELIVERY_CHANNELS, example: 'webhook' })
  channel: DeliveryChannel;
  @ApiProperty({ example: 'https://museum.example/photo-repair', description: 'A URL, or a queue.' })
  target: string;
  @ApiProperty({ enum: NOTICE_TYPES, example: 'task.succeeded' })
  type: NoticeType;
  @ApiProperty({ enum: DELIVERY_STATES, example: 'pending' })
  state: DeliveryState;
  @ApiProperty({ example: 1 })
  attempts: number;
  @ApiProperty({ format: 'date-time', example: '2026-03-01T09:00:00.000Z' })
  created_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-03-01T09:00:05.000Z' })
  next_attempt_at: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  delivered_at: string | null;
}

/** One attempt at a delivery. */
export class DeliveryAttemptDto implements DeliveryAttemptView {
  @ApiProperty({ example: 1 })
  attempt: number;
  @ApiProperty({ format: 'date-time', example: '2026-03-01T09:00:00.000Z' })
  at: string;
  @ApiProperty({ example: 84 })
  duration_ms: number;
  @ApiProperty({ type: Number, nullable: true, example: 503 })
  status: number | null;
  @ApiProperty({ type: String, nullable: true, example: 'The receiver answered 503.' })
  error: string | null;
}

/** A delivery with all that was tried. */
export class DeliveryDetailDto extends DeliveryDto implements DeliveryDetailView {
  @ApiProperty({ type: [DeliveryAttemptDto] })
  log: DeliveryAttemptDto[];
}

/** One page of deliveries. */
export class DeliveryPageDto implements Page<DeliveryView> {
  @ApiProperty({ type: [DeliveryDto] })
  items: DeliveryDto[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  next_cursor: string | null;
}
