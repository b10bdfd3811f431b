import { AUDIT_ACTS, type AuditAct, type AuditEntryView } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { ActorDto } from './actor.dto.js';

/** One act of an operator. */
export class AuditEntryDto implements AuditEntryView {
  @ApiProperty({ format: 'uuid', example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  id: string;
  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  at: string;
  @ApiProperty({ type: ActorDto })
  by: ActorDto;
  @ApiProperty({ enum: AUDIT_ACTS, example: 'type_paused' })
  act: AuditAct;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'person',
    description: 'What it was done to: an id or a name, by the act.',
  })
  subject: string | null;
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    example: null,
    description: 'What was chosen, by the act.',
  })
  details: Record<string, unknown> | null;
  @ApiProperty({
    type: Number,
    nullable: true,
    example: null,
    description: 'How many tasks it concerned, where it may be several.',
  })
  count: number | null;
  @ApiProperty({ type: String, nullable: true, example: 'the new card is being built in' })
  note: string | null;
}

/** A page of the audit log. */
export class AuditPageDto {
  @ApiProperty({ type: [AuditEntryDto] })
  items: AuditEntryDto[];
  @ApiProperty({ type: String, nullable: true, example: null })
  next_cursor: string | null;
}
