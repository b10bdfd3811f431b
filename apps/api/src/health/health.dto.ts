import { ApiProperty } from '@nestjs/swagger';
import type { ReadinessReport } from './readiness.js';

/** The answer of `/livez`. */
export class LiveDto {
  @ApiProperty({ enum: ['alive'] })
  status: 'alive';
}

/** The answer of `/readyz`. */
export class ReadinessDto implements ReadinessReport {
  @ApiProperty({ enum: ['ready', 'unready'] })
  status: ReadinessReport['status'];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { broker: 'ok', database: 'ok' },
  })
  checks: ReadinessReport['checks'];
}
