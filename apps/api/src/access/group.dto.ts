import type { ApiKeyGroupView } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { IsObject } from 'class-validator';

/** Names of groups. */
export const GROUP_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

const TASK_TYPES = {
  type: 'object',
  additionalProperties: { type: 'string' },
  example: { person: 'person' },
  description: 'The task type that is used, by the one that is asked for.',
} as const;

/** What a group is to get. */
export class GroupTypesDto {
  @ApiProperty(TASK_TYPES)
  @IsObject()
  task_types: Record<string, unknown>;
}

/** A group of API keys. */
export class GroupDto implements ApiKeyGroupView {
  @ApiProperty({ example: 'museum' })
  name: string;
  @ApiProperty(TASK_TYPES)
  task_types: Record<string, string>;
}
