import { TASK_STATES, type ImportedTask, type TaskState } from '@app/contracts';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsUUID } from 'class-validator';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';

/** What a form with an exported task says beside its files. */
export class ImportDto {
  @ApiPropertyOptional({
    format: 'uuid',
    example: ID,
    description: 'Whose it becomes: the id of an API key or of a visitor; your own without it.',
  })
  @IsOptional()
  @IsUUID()
  owner_id?: string;
}

/** What became of it. */
export class ImportedTaskDto implements ImportedTask {
  @ApiProperty({ format: 'uuid', example: ID, description: 'Its id here.' })
  id: string;
  @ApiProperty({ format: 'uuid', example: ID, description: 'Its id in the installation that it comes from.' })
  source_id: string;
  @ApiProperty({ enum: TASK_STATES, example: 'succeeded' })
  status: TaskState;
  @ApiProperty({ example: false, description: 'It was brought in before; nothing was done.' })
  already_here: boolean;
}
