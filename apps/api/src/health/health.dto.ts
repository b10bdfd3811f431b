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
    example: { broker: 'ok', database: 'ok', storage: 'ok' },
  })
  checks: ReadinessReport['checks'];

  @ApiProperty({
    type: [String],
    example: [],
    description: 'What is wrong in the workflow folder; it makes nothing unready.',
  })
  workflow_problems: ReadinessReport['workflow_problems'];
}
