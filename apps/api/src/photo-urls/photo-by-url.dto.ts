import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsObject, IsOptional, IsString, MaxLength } from 'class-validator';
import { JsonTaskDto } from '../tasks/json-task.dto.js';

/** What a program says that names a photo by its address, instead of a form with the photo in it. */
export class PhotoByUrlDto extends JsonTaskDto {
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
    description: 'Another name of `params`; use one of them.',
  })
  @IsOptional()
  @IsObject()
  parameters?: Record<string, unknown>;
}
