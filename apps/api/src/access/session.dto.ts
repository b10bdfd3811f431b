import { KEY_ROLES, LINK_ACCESS, type KeyRole, type LinkAccess, type SessionView } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';

const KINDS = ['none', 'visitor', 'key', 'link'] as const;

/** Who the API takes the caller for. */
export class SessionDto implements SessionView {
  @ApiProperty({ enum: KINDS, example: 'visitor' })
  kind: SessionView['kind'];
  @ApiProperty({ enum: KEY_ROLES, example: 'user' })
  role: KeyRole;
  @ApiProperty({ example: '' })
  name: string;
  @ApiProperty({ example: 0 })
  max_priority: number;
  @ApiProperty({
    type: 'object',
    nullable: true,
    properties: { id: { type: 'string' }, access: { type: 'string', enum: [...LINK_ACCESS] } },
    example: null,
  })
  album: { id: string; access: LinkAccess } | null;
}
