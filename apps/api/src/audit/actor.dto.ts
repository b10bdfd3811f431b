import { ApiProperty } from '@nestjs/swagger';

/** Whose API key did something. */
export class ActorDto {
  @ApiProperty({ format: 'uuid', example: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c' })
  id: string;
  @ApiProperty({ example: 'operator', description: 'The name of the key at that time.' })
  name: string;
}
