import type { AlbumView } from '@app/contracts';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Patch,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiHeader, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CurrentAlbum, CurrentCaller, CurrentOwner } from '../access/current.decorators.js';
import { operatorAct } from '../audit/operator-act.js';
import type { AlbumRow, OwnerRow } from '../database/schema.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { Cursors } from '../paging/cursors.js';
import { PageQuery } from '../paging/page-query.dto.js';
import { linkNextPage, toPage, type Page } from '../paging/page.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { IdempotencyKeyGuard } from '../tasks/idempotency-key.guard.js';
import { readIdempotencyKey } from '../tasks/idempotency-key.js';
import { CallbackUrls } from '../webhooks/callback-urls.js';
import { AlbumDto, AlbumPageDto } from './album.dto.js';
import { AlbumChangeDto, NewAlbumDto } from './album-choice.dto.js';
import { AlbumViews } from './album-views.js';
import { AlbumsStore } from './albums.store.js';

/** Albums as such. Their tasks are `AlbumTasksController`'s, their links `AlbumLinksController`'s. */
@ApiTags('albums')
@Controller('v1/albums')
export class AlbumsController {
  constructor(
    private readonly albums: AlbumsStore,
    private readonly views: AlbumViews,
    private readonly cursors: Cursors,
    private readonly erasure: ErasureService,
    private readonly callbacks: CallbackUrls,
  ) {}

  /**
   * Makes an empty album. It is yours alone until you make a link to it. The same Idempotency-Key again means the album
   * that it made, whatever it is called by now.
   */
  @Post()
  @Access('create')
  @UseGuards(IdempotencyKeyGuard)
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Chosen by you for this album, 1 to 255 visible ASCII characters.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  })
  @ApiResponse({
    status: 201,
    type: AlbumDto,
    headers: {
      Location: { schema: { type: 'string' } },
      'Idempotent-Replayed': {
        description: 'true where the album was there already; absent otherwise.',
        schema: { type: 'string', enum: ['true'] },
      },
    },
  })
  @ApiProblems(
    'invalid_request',
    'callback_not_allowed',
    'unauthorized',
    'forbidden',
    'foreign_site',
    'request_too_large',
    'rate_limited',
  )
  async create(
    @Body() { title, callback_url: callback }: NewAlbumDto,
    @CurrentOwner() owner: OwnerRow,
    @CurrentCaller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<AlbumView> {
    const callbackUrl = await this.callbacks.of(owner, callback);
    const idempotencyKey = readIdempotencyKey(key);
    const made = await this.albums.add(owner, { title, callbackUrl, idempotencyKey });
    const album = await this.views.of(made.album, caller);
    if (made.replayed) response.setHeader('Idempotent-Replayed', 'true');
    response.setHeader('Location', album.urls.self);
    return album;
  }

  /** Your own albums, the newest first. */
  @Get()
  @Access('owner')
  @ApiResponse({
    status: 200,
    type: AlbumPageDto,
    headers: { Link: { description: 'The next page, `rel="next"`.', schema: { type: 'string' } } },
  })
  @ApiProblems('invalid_request', 'bad_cursor', 'unauthorized', 'rate_limited')
  async list(
    @Query() { limit, cursor }: PageQuery,
    @CurrentOwner() owner: OwnerRow,
    @CurrentCaller() caller: Caller,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<AlbumView>> {
    const scope = { list: 'albums', owner: owner.id };
    const before = cursor === undefined ? undefined : this.cursors.read(scope, cursor);
    const rows = await this.albums.ofOwner(owner.id, limit + 1, before);
    const page = toPage(rows, limit, (last) => this.cursors.issue(scope, last.id));
    linkNextPage(request, response, page.next_cursor);
    return { ...page, items: await this.views.ofAll(page.items, caller) };
  }

  /** An album, with how many of its photos are in which state. */
  @Get(':id')
  @Access('album:view')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 200, type: AlbumDto })
  @ApiProblems('invalid_request', 'unauthorized', 'not_found', 'rate_limited')
  async read(@CurrentAlbum() album: AlbumRow, @CurrentCaller() caller: Caller): Promise<AlbumView> {
    return this.views.of(album, caller);
  }

  /** Gives an album another title, or another callback; its owner may change the latter, with an API key. */
  @Patch(':id')
  @Access('album:edit')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 200, type: AlbumDto })
  @ApiProblems(
    'invalid_request',
    'callback_not_allowed',
    'unauthorized',
    'forbidden',
    'read_only_link',
    'foreign_site',
    'not_found',
    'rate_limited',
  )
  async change(
    @Body() { title, callback_url: callback }: AlbumChangeDto,
    @CurrentAlbum() album: AlbumRow,
    @CurrentCaller() caller: Caller,
  ): Promise<AlbumView> {
    const chosen = {
      ...(title !== undefined && { title }),
      ...(callback !== undefined && { callback_url: await this.callbackOf(callback, album, caller) }),
    };
    // Where outcomes go may be a secret; that it was changed is none.
    const details = { changed: Object.keys(chosen) };
    const act = operatorAct(caller, album.owner_id, { act: 'album_changed', subject: album.id, details });
    const changed = await this.albums.change(album.id, chosen, act);
    if (changed === undefined) throw new ProblemException('not_found');
    return this.views.of(changed, caller);
  }

  /** Whoever may edit an album has no say in where its outcomes go. */
  private async callbackOf(url: string | null, album: AlbumRow, caller: Caller): Promise<string | null> {
    const { owner } = caller;
    const isTheirs = owner?.kind === 'key' && (owner.id === album.owner_id || owner.role === 'operator');
    if (!isTheirs) throw new ProblemException('forbidden');
    return this.callbacks.of(owner, url);
  }

  /**
   * Erases an album with all that is in it: originals, results, small pictures, and what engines hold of them. What waits
   * or runs is cancelled. Nobody can see anything of it any more when the answer comes.
   */
  @Delete(':id')
  @HttpCode(204)
  @Access('album:edit')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 204 })
  @ApiProblems(
    'invalid_request',
    'unauthorized',
    'read_only_link',
    'foreign_site',
    'not_found',
    'rate_limited',
  )
  async erase(@CurrentAlbum() album: AlbumRow, @CurrentCaller() caller: Caller): Promise<void> {
    const { id: subject, photos: count } = album;
    const act = operatorAct(caller, album.owner_id, { act: 'album_erased', subject, count });
    await this.erasure.eraseAlbum(album, act);
  }
}
