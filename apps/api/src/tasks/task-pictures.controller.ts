import { isFinalState, type ArtifactRef } from '@app/contracts';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiPropertyOptional, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import { CurrentTask } from '../access/current.decorators.js';
import type { TaskRow } from '../database/schema.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { ApiTaskId } from './api-task-id.decorator.js';
import { restoredFilename, thumbnailFilename } from './filename.js';
import { PictureResponses } from './picture-responses.js';
import { Thumbnails } from './thumbnails.js';
import { POLL_AFTER_S } from './poll-after.js';

const PICTURE = { schema: { type: 'string', format: 'binary' } } as const;

/** Which small picture is asked for. */
export class ThumbnailQuery {
  @ApiPropertyOptional({ enum: ['original', 'result'], default: 'original' })
  @IsOptional()
  @IsIn(['original', 'result'])
  of: 'original' | 'result' = 'original';
}

/** The pictures of a task. */
@ApiTags('tasks')
@Controller('v1/tasks/:id')
export class TaskPicturesController {
  constructor(
    private readonly pictures: PictureResponses,
    private readonly thumbnails: Thumbnails,
  ) {}

  /** The photo as it was sent, byte for byte. */
  @Get('original')
  @Access('task:view')
  @ApiTaskId()
  @ApiProduces('image/jpeg', 'image/png', 'image/bmp')
  @ApiResponse({ status: 200, description: 'The photo.', ...PICTURE })
  @ApiResponse({ status: 304, description: 'Not changed since the ETag that was sent.' })
  @ApiProblems('not_found')
  async original(
    @CurrentTask() row: TaskRow,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { key, mediaType, sha256 } = JSON.parse(row.original) as ArtifactRef;
    await this.pictures.send({ key, mediaType, filename: row.filename, etag: sha256 }, request, response);
  }

  /** The restored photo as PNG, in the pixel size of the original. */
  @Get('result')
  @Access('task:view')
  @ApiTaskId()
  @ApiProduces('image/png')
  @ApiResponse({ status: 200, description: 'The restored photo.', ...PICTURE })
  @ApiResponse({ status: 304, description: 'Not changed since the ETag that was sent.' })
  @ApiProblems('not_found', 'not_ready')
  async result(
    @CurrentTask() row: TaskRow,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { key, mediaType, sha256 } = resultOf(row);
    const filename = restoredFilename(row.filename);
    await this.pictures.send({ key, mediaType, filename, etag: sha256 }, request, response);
  }

  /** A small JPEG of the photo or of the restored one, upright, at most 480 pixels on each side. */
  @Get('thumbnail')
  @Access('task:view')
  @ApiTaskId()
  @ApiProduces('image/jpeg')
  @ApiResponse({ status: 200, description: 'The small picture.', ...PICTURE })
  @ApiResponse({ status: 304, description: 'Not changed since the ETag that was sent.' })
  @ApiProblems('invalid_request', 'not_found', 'not_ready')
  async thumbnail(
    @CurrentTask() row: TaskRow,
    @Query() { of }: ThumbnailQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const source = of === 'result' ? resultOf(row) : (JSON.parse(row.original) as ArtifactRef);
    const key = await this.thumbnails.keyOf(row.id, of, source);
    const filename = thumbnailFilename(row.filename);
    const etag = `thumbnail-${source.sha256}`;
    await this.pictures.send({ key, mediaType: 'image/jpeg', filename, etag }, request, response);
  }
}

/** @throws ProblemException `not_ready`. */
function resultOf(row: TaskRow): ArtifactRef {
  if (row.result !== null) return JSON.parse(row.result) as ArtifactRef;
  if (isFinalState(row.state)) throw new ProblemException('not_ready.ended');
  throw new ProblemException('not_ready', {}, { retryAfterS: POLL_AFTER_S });
}
