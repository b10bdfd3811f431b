import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';

/** The fields of `POST /v1/tasks` beside the file itself. */
export class CreateTaskDto {
  /** A task type of `GET /v1/task-types`, for instance `person` or `building`. */
  @ApiProperty({ example: 'person' })
  @IsString()
  @MaxLength(40)
  type: string;

  /** A JSON object with parameters of the task type. */
  @ApiPropertyOptional({ example: '{"size": 512}' })
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  params?: string;
}
