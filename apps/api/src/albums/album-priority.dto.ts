import { MAX_LEVEL } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { NoteDto } from '../audit/note.dto.js';

/** The priority that an album is to have. */
export class AlbumPriorityDto extends NoteDto {
  @ApiProperty({ type: Number, minimum: 0, maximum: MAX_LEVEL, example: 9 })
  @IsInt()
  @Min(0)
  @Max(MAX_LEVEL)
  priority: number;
}

/** What became of it. */
export class AlbumPriorityChangedDto {
  @ApiProperty({ example: 12, description: 'Waiting photos that have another priority by it.' })
  changed: number;
}
