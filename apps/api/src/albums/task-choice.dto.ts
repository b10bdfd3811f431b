import { ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsOptional, IsUUID } from 'class-validator';

/** As many ids as a JSON body has room for. */
export const MOST_IDS = 2000;

/** Which tasks of an album are meant. */
export class TaskChoiceDto {
  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    maxItems: MOST_IDS,
    example: ['019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c'],
    description: 'Those with these ids; without it, all that it can be done to.',
  })
  @IsOptional()
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_IDS)
  @IsUUID(undefined, { each: true })
  task_ids?: string[];
}
