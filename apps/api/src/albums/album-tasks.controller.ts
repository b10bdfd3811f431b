import type { TaskView } from '@app/contracts';
import { Body, Controller, Get, HttpCode, Post, Query, Req, Res, UseInterceptors } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import { CurrentAlbum } from '../access/current.decorators.js';
import type { AlbumRow } from '../database/schema.js';
import { Cursors } from '../paging/cursors.js';
import { linkNextPage, toPage, type Page } from '../paging/page.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { attachment } from '../tasks/filename.js';
import { TaskViews } from '../tasks/task-views.js';
import { AlbumManifest } from './album-manifest.js';
import { AlbumTaskPageDto, AlbumTasksQuery } from './album-tasks.dto.js';
import { AlbumTasksStore } from './album-tasks.store.js';
import { AlbumZip } from './album-zip.js';
import { ChosenTasksForm } from './chosen-tasks.interceptor.js';
import { portableName } from './result-names.js';
import { TaskChoiceDto } from './task-choice.dto.js';

const POLL_AFTER_S = 2;

/** What is in an album, to look at and to take home. */
@ApiTags('albums')
@Controller('v1/albums/:id')
@ApiParam({ name: 'id', format: 'uuid' })
export class AlbumTasksController {
  constructor(
    private readonly tasks: AlbumTasksStore,
    private readonly views: TaskViews,
    private readonly cursors: Cursors,
    private readonly zip: AlbumZip,
    private readonly manifest: AlbumManifest,
  ) {}

  /** The tasks of an album, in the order in which their photos were added. */
  @Get('tasks')
  @Access('album:view')
  @ApiResponse({
    status: 200,
    type: AlbumTaskPageDto,
    headers: { Link: { description: 'The next page, `rel="next"`.', schema: { type: 'string' } } },
  })
  @ApiProblems('invalid_request', 'bad_cursor', 'unauthorized', 'not_found', 'rate_limited')
  async list(
    @Query() { limit, cursor, status }: AlbumTasksQuery,
    @CurrentAlbum() { id: albumId }: AlbumRow,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<TaskView>> {
    const scope = { list: 'album-tasks', album: albumId, status };
    const after = cursor === undefined ? 0 : Number(this.cursors.read(scope, cursor));
    const states = status && [status];
    const rows = await this.tasks.page({ albumId, after, limit: limit + 1, ...(states && { states }) });
    const page = toPage(rows, limit, (last) => this.cursors.issue(scope, String(last.album_index)));
    linkNextPage(request, response, page.next_cursor);
    return { ...page, items: this.views.ofAll(page.items) };
  }

  /**
   * The results that there are, as one zip, each as `<name of the photo>_restored.png`, and a list of all photos as
   * `manifest.csv`. It is packed while it is sent, so its length is not known beforehand.
   */
  @Get('results.zip')
  @Access('album:view')
  @ApiProduces('application/zip')
  @ApiResponse({
    status: 200,
    content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiProblems('invalid_request', 'unauthorized', 'not_found', 'not_ready', 'rate_limited')
  async results(
    @CurrentAlbum() album: AlbumRow,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const counts = (await this.tasks.counts([album.id])).get(album.id)!;
    if (counts.succeeded === 0) {
      const mayCome = counts.queued + counts.running > 0;
      throw mayCome
        ? new ProblemException('not_ready', {}, { retryAfterS: POLL_AFTER_S })
        : new ProblemException('not_ready.ended');
    }
    sayFile(response, 'application/zip', portableName(`${album.title}.zip`, '.zip'));
    if (request.method === 'HEAD') response.end();
    else await this.zip.write(album.id, response);
  }

  /**
   * The same of chosen photos. It changes nothing: it is a POST because a thousand ids fit into no address. A plain HTML
   * form will do, with the ids in one field `task_ids` and commas between.
   */
  @Post('results.zip')
  @HttpCode(200)
  @Access('album:view')
  @UseInterceptors(ChosenTasksForm)
  @ApiConsumes('application/json', 'application/x-www-form-urlencoded')
  @ApiBody({ type: TaskChoiceDto, required: false })
  @ApiProduces('application/zip')
  @ApiResponse({
    status: 200,
    content: { 'application/zip': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiProblems(
    'invalid_request',
    'unauthorized',
    'foreign_site',
    'not_found',
    'not_ready',
    'request_too_large',
    'rate_limited',
  )
  async chosenResults(
    @CurrentAlbum() album: AlbumRow,
    @Req() request: Request,
    @Res() response: Response,
    @Body() choice?: TaskChoiceDto,
  ): Promise<void> {
    const asked = choice?.task_ids;
    if (asked === undefined) return this.results(album, request, response);
    const chosen = asked.map((id) => id.toLowerCase());
    if (!(await this.tasks.anySucceeded(album.id, chosen))) throw new ProblemException('not_ready.ended');
    sayFile(response, 'application/zip', portableName(`${album.title}.zip`, '.zip'));
    await this.zip.write(album.id, response, new Set(chosen));
  }

  /** The list that is in `results.zip`: client_ref, filename, status, error_code and result of every photo, as CSV. */
  @Get('manifest.csv')
  @Access('album:view')
  @ApiProduces('text/csv')
  @ApiResponse({ status: 200, content: { 'text/csv': { schema: { type: 'string' } } } })
  @ApiProblems('invalid_request', 'unauthorized', 'not_found', 'rate_limited')
  async photoList(@CurrentAlbum() album: AlbumRow, @Res() response: Response): Promise<void> {
    sayFile(response, 'text/csv; charset=utf-8', portableName(`${album.title}.csv`, '.csv'));
    response.end(await this.manifest.of(album.id));
  }
}

/** What follows is a file to be saved, and nobody else's. */
function sayFile(response: Response, mediaType: string, name: string): void {
  response.setHeader('Content-Type', mediaType);
  response.setHeader('Content-Disposition', attachment(name));
  response.setHeader('Cache-Control', 'private, no-store');
}
