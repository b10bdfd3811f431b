import {
  MOST_NAMED_TASKS,
  OPERATION_KINDS,
  OPERATION_STATES,
  type NewOperation,
  type OperationKind,
  type OperationMatch,
  type OperationState,
  type OperationView,
} from '@app/contracts';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsObject,
  IsOptional,
  IsUUID,
  Min,
  ValidateNested,
} from 'class-validator';
import { ActorDto } from '../audit/actor.dto.js';
import { NoteDto } from '../audit/note.dto.js';
import type { Page } from '../paging/page.js';
import { TaskMatchDto } from '../task-search/task-match.dto.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';

/** The tasks of an operation: by filter, or one by one. */
export class OperationMatchDto extends TaskMatchDto {
  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    maxItems: MOST_NAMED_TASKS,
    example: [ID],
    description: 'These tasks. Nothing else may be given then.',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MOST_NAMED_TASKS)
  @IsUUID(undefined, { each: true })
  task_ids?: string[];
}

/** What is to be done to many tasks. */
export class NewOperationDto extends NoteDto implements NewOperation {
  @ApiProperty({
    enum: OPERATION_KINDS,
    example: 'retry',
    description:
      '`retry`: in line once more, with all their attempts. `discard`: off the list of failed photos, and out of the ' +
      'parking queue; the photos themselves stay.',
  })
  @IsIn(OPERATION_KINDS)
  kind: OperationKind;

  @ApiProperty({
    type: OperationMatchDto,
    example: { failure: 'out_of_memory' },
    description: 'Without `state`: failed ones. Discarded ones are meant only where they are named.',
  })
  @IsNotEmpty()
  @IsObject()
  @ValidateNested()
  @Type(() => OperationMatchDto)
  match: OperationMatchDto;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    example: 42,
    description: 'What the preview said: where it is not so any more, nothing is done.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  expected_count?: number;
}

/** Whether anything is to be done. */
export class OperationQuery {
  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Only count the tasks that are meant.' })
  @IsOptional()
  @IsIn(['true', 'false'])
  preview?: 'true' | 'false';
}

/** How many tasks an operation would be for. */
export class OperationPreviewDto {
  @ApiProperty({ type: 'integer', example: 42 })
  count: number;
}

/** An act on many tasks, done in the background. */
@ApiExtraModels(OperationMatchDto)
export class OperationDto implements OperationView {
  @ApiProperty({ format: 'uuid', example: ID })
  id: string;
  @ApiProperty({ enum: OPERATION_KINDS, example: 'retry' })
  kind: OperationKind;
  @ApiProperty({ allOf: [{ $ref: getSchemaPath(OperationMatchDto) }], example: { failure: 'out_of_memory' } })
  match: OperationMatch;
  @ApiProperty({ type: 'integer', example: 42 })
  total: number;
  @ApiProperty({ type: 'integer', example: 40 })
  done: number;
  @ApiProperty({
    type: 'integer',
    example: 2,
    description: 'Changed before their turn came, and left as they are.',
  })
  skipped: number;
  @ApiProperty({ enum: OPERATION_STATES, example: 'finished' })
  state: OperationState;
  @ApiProperty({ type: 'integer', example: 20 })
  per_second: number;
  @ApiProperty({ type: ActorDto })
  by: ActorDto;
  @ApiProperty({ type: String, nullable: true, example: null })
  note: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-03-01T09:00:00.000Z' })
  created_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-03-01T09:00:03.000Z' })
  finished_at: string | null;
}

/** One page of operations. */
export class OperationPageDto implements Page<OperationView> {
  @ApiProperty({ type: [OperationDto] })
  items: OperationDto[];
  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  next_cursor: string | null;
}
