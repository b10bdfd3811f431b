import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import { CreateTaskDto } from '../tasks/create-task.dto.js';

/** What a form says beside its photos; it holds for all of them. */
export class AddPhotosDto extends OmitType(CreateTaskDto, ['client_ref']) {
  @ApiPropertyOptional({
    type: [String],
    example: ['box 3, page 12'],
    description: 'Your own name of each photo, in the order of the photos; or one for all.',
  })
  @IsOptional()
  @IsArray()
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  client_ref?: string[];
}
