import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { LONGEST_URL } from '../webhooks/callback-urls.js';

const LEVELS = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** What a form says beside the photo; the fields of a form are texts. */
export class CreateTaskDto {
  @ApiProperty({
    example: 'person',
    description: 'A task type of `GET /v1/task-types`, or the name of its workflow file.',
  })
  @IsString()
  @MaxLength(100)
  type: string;

  @ApiPropertyOptional({
    example: '{"size": 512}',
    description: 'A JSON object with parameters of the task type.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  params?: string;

  @ApiPropertyOptional({ example: '512', description: 'The parameter `size`, for forms without JSON.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  size?: string;

  @ApiPropertyOptional({
    example: 'ddcolor_modelscope',
    description: 'The parameter `model`, for forms without JSON.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  model?: string;

  @ApiPropertyOptional({
    enum: LEVELS,
    default: '0',
    description: '0 is normal, 9 is first. Visitors may use 0; an API key says how far it may go.',
  })
  @IsOptional()
  @IsIn(LEVELS)
  priority?: string;

  @ApiPropertyOptional({ maxLength: 200, example: 'box 3, page 12', description: 'Your own name for it.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  client_ref?: string;

  @ApiPropertyOptional({
    maxLength: LONGEST_URL,
    example: 'https://museum.example/photo-repair',
    description:
      "Where the outcome is posted, instead of the album's callback or the webhook of your API key. For API keys only, and " +
      'for hosts that the operator allows (`WEBHOOK_HOSTS`).',
  })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_URL)
  callback_url?: string;
}
