import {
  WEBHOOK_SIGNERS,
  type WebhookSecretView,
  type WebhookSigner,
  type WebhookView,
} from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { LONGEST_URL } from './callback-urls.js';

const URL_EXAMPLE = 'https://museum.example/photo-repair';
/** What nobody knows any more: an example. */
const SECRET_EXAMPLE = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** Where outcomes are to go. */
export class WebhookUrlDto {
  @ApiProperty({ format: 'uri', example: URL_EXAMPLE, maxLength: LONGEST_URL })
  @IsString()
  @IsNotEmpty()
  @MaxLength(LONGEST_URL)
  url: string;
}

/** A secret of one's own choice. */
export class WebhookOwnSecretDto {
  @ApiPropertyOptional({
    example: SECRET_EXAMPLE,
    description: '`whsec_` and 24 to 64 bytes in base64. Absent: a new one is made.',
  })
  @IsOptional()
  @IsString()
  secret?: string;
}

/** Where outcomes go. */
export class WebhookDto implements WebhookView {
  @ApiProperty({ type: String, format: 'uri', nullable: true, example: URL_EXAMPLE })
  url: string | null;

  @ApiProperty({ enum: WEBHOOK_SIGNERS, example: 'own' })
  signed_by: WebhookSigner;
}

/** What receivers verify with. */
export class WebhookSecretDto implements WebhookSecretView {
  @ApiProperty({
    type: String,
    nullable: true,
    example: SECRET_EXAMPLE,
    description:
      "Null where the installation's own signs, which its operator gives to receivers: everybody who knows it could " +
      'write to all of them.',
  })
  secret: string | null;

  @ApiProperty({ enum: WEBHOOK_SIGNERS, example: 'own' })
  signed_by: WebhookSigner;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-03-02T09:00:00.000Z',
    description: 'Until then webhooks are signed with an earlier secret too.',
  })
  previous_valid_until: string | null;
}
