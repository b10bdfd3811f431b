import { ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { JsonTaskDto } from '../tasks/json-task.dto.js';

/** What is wanted of a photo that has come by `/v1/uploads`. */
export class ClaimDto extends JsonTaskDto {
  @ApiProperty({
    format: 'uuid',
    example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c',
    description: 'The id of the upload, which ends its `Location`.',
  })
  @IsUUID()
  upload_id: string;
}
