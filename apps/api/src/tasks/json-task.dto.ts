import { MAX_LEVEL } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsObject, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** What a JSON body says of a task whose photo is somewhere already, as `CreateTaskDto` does for forms. */
export class JsonTaskDto {
  @ApiProperty({
    example: 'person',
    description: 'A task type of `GET /v1/task-types`, or the name of its workflow file.',
  })
  @IsString()
  @MaxLength(100)
  type: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { size: 512 },
    description: 'Parameters of the task type.',
  })
  @IsOptional()
  @IsObject()
  params?: Record<string, unknown>;

  @ApiPropertyOptional({
    minimum: 0,
    maximum: MAX_LEVEL,
    default: 0,
    description: '0 is normal, 9 is first. Visitors may use 0; an API key says how far it may go.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_LEVEL)
  priority?: number;

  @ApiPropertyOptional({ maxLength: 200, example: 'box 3, page 12', description: 'Your own name for it.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  client_ref?: string;

  @ApiPropertyOptional({
    maxLength: 2000,
    example: 'https://example.com/photos/done',
    description:
      'Where the outcome is posted; for API keys, and hosts that the operator allows (`WEBHOOK_HOSTS`).',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  callback_url?: string;
}
