import type { AlbumLinkView, NewAlbumLinkView } from '@app/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';
import { operatorAct } from '../audit/operator-act.js';
import type { AlbumLinkRow, AlbumRow } from '../database/schema.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { AccessChanges } from './access-changes.js';
import { Access } from './access.decorator.js';
import type { Caller } from './caller.js';
import { CurrentAlbum, CurrentCaller } from './current.decorators.js';
import { readExpiry, toIso } from './iso-time.js';
import { LinkListDto, NewLinkDto, NewLinkShownDto } from './link.dto.js';
import { LinksStore } from './links.store.js';

/** Links by which an album's owner lets others see it or work on it. */
@ApiTags('albums')
@Controller('v1/albums/:id/links')
@Access('album:owner')
export class AlbumLinksController {
  constructor(
    private readonly links: LinksStore,
    private readonly changes: AccessChanges,
  ) {}

  /** Makes a link. Its token is in this answer and nowhere else; whoever has it may use the album. */
  @Post()
  @ApiResponse({ status: 201, type: NewLinkShownDto })
  @ApiProblems(
    'invalid_request',
    'unauthorized',
    'foreign_site',
    'read_only_link',
    'forbidden',
    'not_found',
    'rate_limited',
  )
  async create(
    @CurrentAlbum() album: AlbumRow,
    @CurrentCaller() caller: Caller,
    @Body() chosen: NewLinkDto,
  ): Promise<NewAlbumLinkView> {
    const { access } = chosen;
    const act = operatorAct(caller, album.owner_id, {
      act: 'album_link_made',
      subject: album.id,
      details: { access },
    });
    const { link, token } = await this.links.add(album.id, access, readExpiry(chosen.expires_at), act);
    // In the fragment it is in no request, and so in no log.
    return { ...toLinkView(link), token, url: `/#link=${token}` };
  }

  /** The links that are alive, without their tokens. */
  @Get()
  @ApiResponse({ status: 200, type: LinkListDto })
  @ApiProblems('unauthorized', 'read_only_link', 'forbidden', 'not_found', 'rate_limited')
  async list(@CurrentAlbum() album: AlbumRow): Promise<{ items: AlbumLinkView[] }> {
    return { items: (await this.links.ofAlbum(album.id)).map(toLinkView) };
  }

  /** Ends a link at once, also for those who have it open. */
  @Delete(':linkId')
  @HttpCode(204)
  @ApiResponse({ status: 204 })
  @ApiProblems('unauthorized', 'read_only_link', 'forbidden', 'not_found', 'rate_limited')
  async revoke(
    @CurrentAlbum() album: AlbumRow,
    @CurrentCaller() caller: Caller,
    @Param('linkId') linkId: string,
  ): Promise<void> {
    const act = operatorAct(caller, album.owner_id, { act: 'album_link_revoked', subject: album.id });
    const revoked = isUuid(linkId) && (await this.links.revoke(album.id, linkId.toLowerCase(), act));
    if (!revoked) throw new ProblemException('not_found');
    this.changes.albumChanged(album.id);
  }
}

function toLinkView({ id, access, created_at, expires_at }: AlbumLinkRow): AlbumLinkView {
  return { id, access, created_at: toIso(created_at), expires_at: toIso(expires_at) };
}
