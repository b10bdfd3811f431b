import { KEY_ROLES, type ApiKeyView, type KeyRole, type NewApiKeyView } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';

/** An API key. */
export class KeyDto implements ApiKeyView {
  @ApiProperty({ format: 'uuid', example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  id: string;
  @ApiProperty({ example: 'museum scanner' })
  name: string;
  @ApiProperty({ enum: KEY_ROLES, example: 'user' })
  role: KeyRole;
  @ApiProperty({ type: String, nullable: true, example: 'museum' })
  group: string | null;
  @ApiProperty({ type: [String], nullable: true, example: ['person'] })
  allowed_types: string[] | null;
  @ApiProperty({ example: 0 })
  max_priority: number;
  @ApiProperty({ type: Number, nullable: true, example: null })
  quota_bytes: number | null;
  @ApiProperty({ type: Number, nullable: true, example: null })
  requests_per_minute: number | null;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'museum',
    description: 'The RabbitMQ user whose messages are its own; empty for messages that name nobody.',
  })
  amqp_user: string | null;
  @ApiProperty({ example: 48_210_944 })
  used_bytes: number;
  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  created_at: string;
  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  last_seen_at: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  expires_at: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  revoked_at: string | null;
}

/** A new API key. */
export class NewKeyShownDto extends KeyDto implements NewApiKeyView {
  @ApiProperty({
    example: 'prk_q0Qbn9Tt2b2wVt1m1cXcQk0v6lX1yB4H8Hq3mC0Zr1s',
    description: 'Shown this once; send it as `Authorization: Bearer …`.',
  })
  token: string;
}

/** All API keys. */
export class KeyListDto {
  @ApiProperty({ type: [KeyDto] })
  items: KeyDto[];
}
