import { PAUSE_SCOPES, type PauseScope, type PauseView } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { ActorDto } from '../audit/actor.dto.js';

/** Something that an operator has stopped. */
export class PauseDto implements PauseView {
  @ApiProperty({ enum: PAUSE_SCOPES, example: 'type' })
  scope: PauseScope;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'person',
    description: 'The task type or the worker; null for the intake.',
  })
  name: string | null;
  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  since: string;
  @ApiProperty({ type: ActorDto })
  by: ActorDto;
  @ApiProperty({ type: String, nullable: true, example: 'the new card is being built in' })
  note: string | null;
}

/** All that is stopped. */
export class PauseListDto {
  @ApiProperty({ type: [PauseDto] })
  items: PauseDto[];
}
