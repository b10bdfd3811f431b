import {
  FAILURE_CODES,
  TASK_STATES,
  TASK_TYPE_KEY,
  type FailureCode,
  type TaskMatch,
  type TaskState,
} from '@app/contracts';
import { ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';

const WHEN = 'Ended, where `state` is one that tasks end in; else taken in.';

/** Which tasks an operator means. */
export class TaskMatchDto implements TaskMatch {
  @ApiPropertyOptional({
    minLength: 1,
    maxLength: 200,
    example: 'IMG_0042',
    description: 'An id, the SHA-256 of a photo, a `client_ref`, or a part of the name of a file.',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  q?: string;

  @ApiPropertyOptional({ enum: TASK_STATES })
  @IsOptional()
  @IsIn(TASK_STATES)
  state?: TaskState;

  @ApiPropertyOptional({ example: 'person' })
  @IsOptional()
  @Matches(TASK_TYPE_KEY)
  type?: string;

  @ApiPropertyOptional({ enum: FAILURE_CODES, description: 'Failed tasks with this code.' })
  @IsOptional()
  @IsIn(FAILURE_CODES)
  failure?: FailureCode;

  @ApiPropertyOptional({ format: 'uuid', description: 'The id of an album.' })
  @IsOptional()
  @IsUUID()
  album?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The id of an owner.' })
  @IsOptional()
  @IsUUID()
  owner?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    example: '2026-03-01T00:00:00Z',
    description: `${WHEN} From this moment on.`,
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({
    format: 'date-time',
    example: '2026-03-02T00:00:00Z',
    description: `${WHEN} Before this moment.`,
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}
