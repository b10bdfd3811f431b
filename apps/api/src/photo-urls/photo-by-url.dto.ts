import { MAX_LEVEL } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNotEmpty, IsObject, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** What a program says that names a photo by its address, instead of a form with the photo in it. */
export class PhotoByUrlDto {
  @ApiProperty({
    example: 'person',
    description: 'A task type of `GET /v1/task-types`, or the name of its workflow file.',
  })
  @IsString()
  @MaxLength(100)
  type: string;

  @ApiProperty({
    example: 'https://example.com/images/bw_photo.jpg',
    maxLength: 2048,
    description:
      'Where the photo is. It is fetched at once, from hosts that the operator allows (`IMAGE_URL_HOSTS`).',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(2048)
  image_url: string;

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
    type: 'object',
    additionalProperties: true,
    example: { size: 512 },
    description: 'Another name of `params`; use one of them.',
  })
  @IsOptional()
  @IsObject()
  parameters?: Record<string, unknown>;

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
