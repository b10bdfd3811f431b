import { KEY_ROLES, MAX_LEVEL, type KeyRole } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
} from 'class-validator';
import { GROUP_NAME } from './group.dto.js';

/** What is chosen for a new API key. */
export class NewKeyDto {
  @ApiProperty({ example: 'museum scanner', maxLength: 100 })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  name: string;

  @ApiPropertyOptional({ enum: KEY_ROLES, default: 'user' })
  @IsOptional()
  @IsIn(KEY_ROLES)
  role?: KeyRole;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: 'museum',
    description: 'Which workflows it gets; see groups.',
  })
  @IsOptional()
  @IsString()
  @Matches(GROUP_NAME)
  group?: string | null;

  @ApiPropertyOptional({ type: [String], example: ['person'], description: 'Absent: all task types.' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  allowed_types?: string[] | null;

  @ApiPropertyOptional({ minimum: 0, maximum: MAX_LEVEL, default: 0 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_LEVEL)
  max_priority?: number;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    example: 107_374_182_400,
    description: 'Absent: as much as there is room for.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(Number.MAX_SAFE_INTEGER)
  quota_bytes?: number | null;

  @ApiPropertyOptional({
    type: Number,
    nullable: true,
    example: 6000,
    description: "Absent: the installation's own limit.",
  })
  @IsOptional()
  @IsInt()
  @Min(6)
  @Max(1_000_000)
  requests_per_minute?: number | null;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    minLength: 1,
    maxLength: 255,
    example: 'museum',
    description:
      'The RabbitMQ user whose messages are its own from now on; or `redis:` and the user of an entry in Redis. ' +
      'Whichever key had it before has none then. Absent: it sends no messages.',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(255)
  amqp_user?: string | null;

  @ApiPropertyOptional({
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2036-01-31T12:00:00Z',
    description: 'Absent: never.',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  expires_at?: string | null;
}
