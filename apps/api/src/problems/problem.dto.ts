import { PROBLEM_CODES, type Problem, type ProblemCode } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** An RFC 9457 problem. */
export class ProblemDto implements Problem {
  @ApiProperty({ example: '/problems/not_ready' })
  type: string;

  @ApiProperty({ example: 'Not ready yet' })
  title: string;

  @ApiProperty({ example: 409 })
  status: number;

  @ApiProperty({ example: 'The task is queued; it has no result.' })
  detail: string;

  @ApiProperty({ enum: PROBLEM_CODES })
  code: ProblemCode;

  @ApiProperty({ example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  request_id: string;

  @ApiPropertyOptional({
    type: 'array',
    items: { type: 'object', properties: { pointer: { type: 'string' }, message: { type: 'string' } } },
  })
  errors?: { pointer: string; message: string }[];
}
