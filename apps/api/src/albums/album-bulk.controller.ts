import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CurrentAlbum, CurrentCaller } from '../access/current.decorators.js';
import type { AlbumRow } from '../database/schema.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { AlbumBulkService, type Cancelled, type Retried } from './album-bulk.service.js';
import { CancelledDto, RetriedDto } from './bulk.dto.js';
import { TaskChoiceDto } from './task-choice.dto.js';

/** What is done to many photos of an album at once. */
@ApiTags('albums')
@Controller('v1/albums/:id')
@ApiParam({ name: 'id', format: 'uuid' })
export class AlbumBulkController {
  constructor(private readonly bulk: AlbumBulkService) {}

  /** Cancels what waits or runs: everything, or the tasks named. What is interrupted may be sent again. */
  @Post('cancel')
  @HttpCode(200)
  @Access('album:edit')
  @ApiResponse({ status: 200, type: CancelledDto })
  @ApiProblems(
    'invalid_request',
    'unauthorized',
    'read_only_link',
    'foreign_site',
    'not_found',
    'request_too_large',
    'rate_limited',
  )
  async cancel(
    @CurrentAlbum() album: AlbumRow,
    @CurrentCaller() caller: Caller,
    @Body() choice?: TaskChoiceDto,
  ): Promise<Cancelled> {
    return this.bulk.cancel(album, caller, choice?.task_ids);
  }

  /** Tries again what failed or expired, or the tasks named, which may have been cancelled too. */
  @Post('retry')
  @HttpCode(200)
  @Access('album:edit')
  @ApiResponse({ status: 200, type: RetriedDto })
  @ApiProblems(
    'invalid_request',
    'unauthorized',
    'read_only_link',
    'foreign_site',
    'not_found',
    'request_too_large',
    'rate_limited',
    'queue_full',
  )
  async retry(
    @CurrentAlbum() album: AlbumRow,
    @CurrentCaller() caller: Caller,
    @Body() choice?: TaskChoiceDto,
  ): Promise<Retried> {
    return this.bulk.retry(album, caller, choice?.task_ids);
  }
}
