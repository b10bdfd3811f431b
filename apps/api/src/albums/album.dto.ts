import { LINK_ACCESS, TASK_STATES, type AlbumCounts, type AlbumView, type LinkAccess } from '@app/contracts';
import { ApiProperty } from '@nestjs/swagger';
import type { Page } from '../paging/page.js';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const SELF = `/v1/albums/${ID}`;
const COUNTS = { total: 12, queued: 3, running: 1, succeeded: 7, failed: 1, cancelled: 0, expired: 0 };

/** An album: photos that belong together. */
export class AlbumDto implements AlbumView {
  @ApiProperty({ example: ID })
  id: string;

  @ApiProperty({ example: '奶奶的相册' })
  title: string;

  @ApiProperty({ example: 31, description: 'Rises by one with every step of any of its tasks.' })
  seq: number;

  @ApiProperty({
    type: 'object',
    additionalProperties: false,
    required: ['total', ...TASK_STATES],
    properties: Object.fromEntries(['total', ...TASK_STATES].map((name) => [name, { type: 'integer' }])),
    example: COUNTS,
  })
  counts: AlbumCounts;

  @ApiProperty({ enum: LINK_ACCESS, description: 'What you may do with it.' })
  access: LinkAccess;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description:
      'Where the outcomes of its tasks are posted that name no other place; shown to its owner only.',
  })
  callback_url: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-03-01T09:00:00.000Z' })
  created_at: string;

  @ApiProperty({
    format: 'date-time',
    example: '2026-03-31T09:00:00.000Z',
    description: 'When the last of its photos is erased.',
  })
  expires_at: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: false,
    required: ['self', 'tasks', 'results', 'events', 'links'],
    properties: Object.fromEntries(
      ['self', 'tasks', 'results', 'events', 'links'].map((name) => [name, { type: 'string' }]),
    ),
    example: {
      self: SELF,
      tasks: `${SELF}/tasks`,
      results: `${SELF}/results.zip`,
      events: `${SELF}/events`,
      links: `${SELF}/links`,
    },
  })
  urls: AlbumView['urls'];
}

/** One page of albums. */
export class AlbumPageDto implements Page<AlbumView> {
  @ApiProperty({ type: [AlbumDto] })
  items: AlbumView[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  next_cursor: string | null;
}
