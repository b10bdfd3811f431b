import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsNotEmpty, IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { LONGEST_URL } from '../webhooks/callback-urls.js';

/** Characters that do not show, or turn the text around them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

function toShown({ value }: { value: unknown }): unknown {
  return typeof value === 'string' ? value.normalize('NFC').replaceAll(UNSEEN, '').trim() : value;
}

/** Where the outcomes of an album's tasks go. */
class AlbumCallbackDto {
  @ApiPropertyOptional({
    type: String,
    nullable: true,
    maxLength: LONGEST_URL,
    example: 'https://museum.example/photo-repair',
    description:
      'Where the outcomes of its tasks are posted that name no other place; null for nowhere. For API keys only, and for ' +
      'hosts that the operator allows (`WEBHOOK_HOSTS`).',
  })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_URL)
  callback_url?: string | null;
}

/** What is chosen for a new album. */
export class NewAlbumDto extends AlbumCallbackDto {
  @ApiProperty({ example: '奶奶的相册', minLength: 1, maxLength: 200 })
  @Transform(toShown)
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  title: string;
}

/** What is changed of an album: at least one of the two. */
export class AlbumChangeDto extends AlbumCallbackDto {
  @ApiPropertyOptional({ example: '1953', minLength: 1, maxLength: 200 })
  @ValidateIf((sent: AlbumChangeDto) => sent.title !== undefined || sent.callback_url === undefined)
  @Transform(toShown)
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  title?: string;
}
