import { ApiProperty } from '@nestjs/swagger';
import type { Cancelled, Retried } from './album-bulk.service.js';

const NOT_FOUND = 'Ids of no task of this album.';

/** What became of a request to cancel. */
export class CancelledDto implements Cancelled {
  @ApiProperty({ example: 5 })
  cancelled: number;

  @ApiProperty({ example: 1, description: 'Had ended already.' })
  already_final: number;

  @ApiProperty({ type: [String], format: 'uuid', description: NOT_FOUND, example: [] })
  not_found: string[];
}

/** What became of a request to try again. */
export class RetriedDto implements Retried {
  @ApiProperty({ example: 2, description: 'In line again, as newcomers, with all their attempts.' })
  retried: number;

  @ApiProperty({ example: 0, description: 'Wait, run or have succeeded.' })
  not_retryable: number;

  @ApiProperty({ type: [String], format: 'uuid', description: NOT_FOUND, example: [] })
  not_found: string[];
}
