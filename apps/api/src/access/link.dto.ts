import {
  LINK_ACCESS,
  type AlbumLinkView,
  type LinkAccess,
  type NewAlbumLinkView,
  type OpenedLinkView,
} from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsString, MaxLength } from 'class-validator';

const EXPIRES_AT = { type: String, format: 'date-time', nullable: true, example: null } as const;
const TOKEN = 'prl_q0Qbn9Tt2b2wVt1m1cXcQk0v6lX1yB4H8Hq3mC0Zr1s';

/** What a new link is to give. */
export class NewLinkDto {
  @ApiProperty({ enum: LINK_ACCESS, example: 'view' })
  @IsIn(LINK_ACCESS)
  access: LinkAccess;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2036-01-31T12:00:00Z',
    description: 'Absent: as long as the album.',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  expires_at?: string | null;
}

/** The token of a link. */
export class LinkTokenDto {
  @ApiProperty({ example: TOKEN })
  @IsString()
  @MaxLength(300)
  token: string;
}

/** A link to an album. */
export class LinkDto implements AlbumLinkView {
  @ApiProperty({ format: 'uuid', example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  id: string;
  @ApiProperty({ enum: LINK_ACCESS, example: 'view' })
  access: LinkAccess;
  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  created_at: string;
  @ApiProperty(EXPIRES_AT)
  expires_at: string | null;
}

/** A new link to an album. */
export class NewLinkShownDto extends LinkDto implements NewAlbumLinkView {
  @ApiProperty({ example: TOKEN, description: 'Shown this once.' })
  token: string;
  @ApiProperty({ example: `/#link=${TOKEN}`, description: 'The path of the page that opens the album.' })
  url: string;
}

/** The links of an album. */
export class LinkListDto {
  @ApiProperty({ type: [LinkDto] })
  items: LinkDto[];
}

/** The album that a link has opened. */
export class OpenedLinkDto implements OpenedLinkView {
  @ApiProperty({ format: 'uuid', example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  album_id: string;
  @ApiProperty({ enum: LINK_ACCESS, example: 'view' })
  access: LinkAccess;
  @ApiProperty(EXPIRES_AT)
  expires_at: string | null;
}
