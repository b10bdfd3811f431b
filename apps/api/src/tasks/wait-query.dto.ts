import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, Matches } from 'class-validator';

/** How long the answer may wait; `TaskWaits` reads it. */
export class WaitQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: 60,
    example: 20,
    description: 'Seconds to wait for the end of the task, like `Prefer: wait=20`.',
  })
  @IsOptional()
  @Matches(/^([1-9]|[1-5]\d|60)$/, { message: '$property is a whole number from 1 to 60' })
  wait?: string;
}
