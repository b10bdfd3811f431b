import { PROBLEM_CODES, type Problem, type ProblemCode } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** What is wrong with one field. */
export class FieldProblemDto {
  @ApiProperty({ example: '/params/size', description: 'A JSON pointer (RFC 6901) into what was sent.' })
  pointer: string;

  @ApiProperty({ example: '"size" has to be a whole number from 460 to 680.' })
  message: string;
}

/** An RFC 9457 problem. The texts are in the language that `Accept-Language` prefers: English or Chinese. */
export class ProblemDto implements Problem {
  @ApiProperty({ example: '/problems/not_ready' })
  type: string;

  @ApiProperty({ example: 'Not ready yet' })
  title: string;

  @ApiProperty({ type: 'integer', example: 409 })
  status: number;

  @ApiProperty({ example: 'The photo is not finished yet. Please ask again in a moment.' })
  detail: string;

  @ApiProperty({ enum: PROBLEM_CODES, description: 'Never changes its meaning.' })
  code: ProblemCode;

  @ApiProperty({
    example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c',
    description: 'Also in the header X-Request-Id.',
  })
  request_id: string;

  @ApiPropertyOptional({ type: [FieldProblemDto] })
  errors?: FieldProblemDto[];

  @ApiPropertyOptional({ type: Number, description: 'The limit that was passed: bytes, pixels, photos.' })
  limit?: number;
}
