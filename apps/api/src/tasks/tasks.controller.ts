import { ArtifactNotFound, LocalArtifactStore } from '@app/artifact-store';
import type { ArtifactRef, TaskView } from '@app/contracts';
import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Res,
  UploadedFile,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiBody, ApiConsumes, ApiHeader, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { CancelService } from './cancel.service.js';
import { CreateTaskDto } from './create-task.dto.js';
import { attachment, restoredFilename } from './filename.js';
import { IdempotencyKeyGuard } from './idempotency-key.guard.js';
import { readIdempotencyKey } from './idempotency-key.js';
import { MultipartGuard } from './multipart.guard.js';
import { TaskDto } from './task.dto.js';
import { TaskViews } from './task-views.js';
import { TasksService } from './tasks.service.js';

/** Seconds after which a caller who polls may ask again. */
const POLL_AFTER_S = '2';

/** What HTTP accepts and shows of tasks. */
@ApiTags('tasks')
@Controller('v1/tasks')
export class TasksController {
  constructor(
    private readonly tasks: TasksService,
    private readonly cancelling: CancelService,
    private readonly views: TaskViews,
    private readonly artifacts: LocalArtifactStore,
  ) {}

  /**
   * Takes a photo in. 202 means that it is stored and will reach a final state. The same photo, task type and parameters
   * under the same Idempotency-Key are the same task again, whatever has become of it.
   */
  @Post()
  @HttpCode(202)
  @UseGuards(MultipartGuard, IdempotencyKeyGuard)
  @UseInterceptors(FileInterceptor('image'))
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['image', 'type'],
      properties: {
        image: { type: 'string', format: 'binary', description: 'A jpg, png or bmp file.' },
        type: { type: 'string', example: 'person' },
        params: { type: 'string', example: '{"size": 512}' },
      },
    },
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Chosen by you for this photo, 1 to 255 visible ASCII characters. With it you may send again what may have arrived.',
  })
  @ApiResponse({
    status: 202,
    type: TaskDto,
    headers: {
      Location: { schema: { type: 'string' } },
      'Idempotent-Replayed': {
        description: 'true where the task was there already; absent otherwise.',
        schema: { type: 'string', enum: ['true'] },
      },
    },
  })
  @ApiProblems(400, 413, 415, 422, 503)
  async create(
    @UploadedFile() image: Express.Multer.File | undefined,
    @Body() { type, params }: CreateTaskDto,
    @Headers('idempotency-key') key: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TaskView> {
    if (image === undefined) {
      throw new ProblemException('no_files', 'Send the photo as the multipart field "image".');
    }
    try {
      const { path, originalname } = image;
      const idempotencyKey = readIdempotencyKey(key);
      const taken = await this.tasks.create({ path, originalname, type, params, idempotencyKey });
      const task = await this.views.of(taken.row);
      if (taken.replayed) response.setHeader('Idempotent-Replayed', 'true');
      response.setHeader('Location', task.urls.self);
      response.setHeader('Retry-After', POLL_AFTER_S);
      return task;
    } finally {
      await rm(image.path, { force: true });
    }
  }

  /** One task, with its place in line while it waits and its progress while it runs. */
  @Get(':id')
  @ApiResponse({ status: 200, type: TaskDto })
  @ApiProblems(404)
  async read(@Param('id', ParseUUIDPipe) id: string): Promise<TaskView> {
    return this.views.of(await this.tasks.find(id));
  }

  /**
   * Stops a task that waits or runs. It is cancelled at once; a worker that runs it lets go of it within a moment.
   * A task that is cancelled already is shown as it is.
   */
  @Post(':id/cancel')
  @HttpCode(200)
  @ApiResponse({ status: 200, type: TaskDto })
  @ApiProblems(404, 409)
  async cancel(@Param('id', ParseUUIDPipe) id: string): Promise<TaskView> {
    return this.views.of(await this.cancelling.cancel(await this.tasks.find(id)));
  }

  /** The photo as it was sent, byte for byte. */
  @Get(':id/original')
  @ApiProduces('image/jpeg', 'image/png', 'image/bmp')
  @ApiProblems(404)
  async original(@Param('id', ParseUUIDPipe) id: string, @Res() response: Response): Promise<void> {
    const row = await this.tasks.find(id);
    await this.send(response, JSON.parse(row.original) as ArtifactRef, row.filename);
  }

  /** The restored photo as PNG, in the pixel size of the original. */
  @Get(':id/result')
  @ApiProduces('image/png')
  @ApiProblems(404, 409)
  async result(@Param('id', ParseUUIDPipe) id: string, @Res() response: Response): Promise<void> {
    const row = await this.tasks.find(id);
    if (row.result === null) {
      throw new ProblemException('not_ready', `The task is ${row.state}; it has no result.`, {
        retryAfterS: 2,
      });
    }
    await this.send(response, JSON.parse(row.result) as ArtifactRef, restoredFilename(row.filename));
  }

  private async send(response: Response, artifact: ArtifactRef, filename: string): Promise<void> {
    const { stream, bytes } = await this.open(artifact.key);
    response.setHeader('Content-Type', artifact.mediaType);
    response.setHeader('Content-Length', bytes);
    response.setHeader('Content-Disposition', attachment(filename));
    response.setHeader('Cache-Control', 'private, max-age=86400');
    response.setHeader('ETag', `"${artifact.sha256}"`);
    await pipeline(stream, response).catch((error: NodeJS.ErrnoException) => {
      // A caller who went away is no error of ours.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    });
  }

  private async open(key: string): Promise<{ stream: Readable; bytes: number }> {
    try {
      return await this.artifacts.open(key);
    } catch (error) {
      if (!(error instanceof ArtifactNotFound)) throw error;
      throw new ProblemException('not_found', 'The picture is no longer there.', { cause: error });
    }
  }
}
