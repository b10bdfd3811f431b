import type { ArtifactRef } from '@app/contracts';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiParam, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { restoredFilename } from '../tasks/filename.js';
import { PictureResponses } from '../tasks/picture-responses.js';
import { TasksStore } from '../tasks/tasks.store.js';
import { DownloadTokens } from './download-tokens.js';

/** Results by the links that other systems were sent. */
@ApiTags('downloads')
@Controller('v1/downloads')
export class DownloadsController {
  constructor(
    private readonly tokens: DownloadTokens,
    private readonly tasks: TasksStore,
    private readonly pictures: PictureResponses,
  ) {}

  /**
   * The restored photo, by the link of a webhook or an answer; no key is needed. A link works until the photo is erased,
   * and for seven days at most.
   */
  @Get(':token')
  @Access('public')
  @ApiParam({ name: 'token' })
  @ApiProduces('image/png')
  @ApiResponse({
    status: 200,
    description: 'The restored photo.',
    schema: { type: 'string', format: 'binary' },
  })
  @ApiResponse({ status: 304, description: 'Not changed since the ETag that was sent.' })
  @ApiProblems('not_found', 'rate_limited')
  async download(
    @Param('token') token: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const id = this.tokens.read(token);
    const row = id === undefined ? undefined : await this.tasks.find(id);
    if (row === undefined || row.result === null) throw new ProblemException('not_found');
    const { key, mediaType, sha256 } = JSON.parse(row.result) as ArtifactRef;
    const filename = restoredFilename(row.filename);
    await this.pictures.send({ key, mediaType, filename, etag: sha256 }, request, response);
  }
}
