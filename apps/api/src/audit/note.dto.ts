import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** As much as an operator may write to an act, in characters. */
export const LONGEST_NOTE = 500;

/** What an operator writes to an act. */
export class NoteDto {
  @ApiPropertyOptional({ maxLength: LONGEST_NOTE, example: 'the new card is being built in' })
  @IsOptional()
  @IsString()
  @MaxLength(LONGEST_NOTE)
  note?: string;
}
