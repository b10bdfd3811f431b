import { DELIVERY_STATES, type DeliveryState, type OperatorDeliveryView } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../paging/page-query.dto.js';
import type { Page } from '../paging/page.js';
import { DeliveryDto } from './delivery.dto.js';

/** Which deliveries operators are shown. */
export class OperatorDeliveryQuery extends PageQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATES })
  @IsOptional()
  @IsIn(DELIVERY_STATES)
  state?: DeliveryState;

  @ApiPropertyOptional({
    maxLength: 300,
    example: 'museum.example:443',
    description: '`host:port` of webhooks, or the virtual host of answers.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(300)
  host?: string;
}

/** A delivery, whose it is, and where it goes. */
export class OperatorDeliveryDto extends DeliveryDto implements OperatorDeliveryView {
  @ApiProperty({ format: 'uuid', example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  owner_id: string;
  @ApiProperty({ example: 'museum.example:443' })
  host: string;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'The receiver answered 503.',
    description: 'What went wrong at the last attempt.',
  })
  last_error: string | null;
}

/** One page of them. */
export class OperatorDeliveryPageDto implements Page<OperatorDeliveryView> {
  @ApiProperty({ type: [OperatorDeliveryDto] })
  items: OperatorDeliveryDto[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  next_cursor: string | null;
}
