import type { TaskView } from '@app/contracts';
import {
  Body,
  Controller,
  Headers,
  HttpCode,
  Post,
  Req,
  Res,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiParam,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import { AccessService } from '../access/access.service.js';
import type { Caller } from '../access/caller.js';
import { CurrentAlbum, CurrentCaller } from '../access/current.decorators.js';
import { OwnerLimits } from '../access/owner-limits.js';
import { QuotaGuard } from '../access/quota.guard.js';
import type { AlbumRow, TaskRow } from '../database/schema.js';
import { ALSO_JSON } from '../docs/complete-document.js';
import { IntakeGuard } from '../pauses/intake.guard.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { chooseLanguage } from '../problems/language.js';
import { toAnswer } from '../problems/problem-answer.js';
import { ClaimDto } from '../resumable/claim.dto.js';
import { isClaimed } from '../resumable/claimed-upload.js';
import { TaskDto } from '../tasks/task.dto.js';
import { formParameters } from '../tasks/form-parameters.js';
import { IdempotencyKeyGuard } from '../tasks/idempotency-key.guard.js';
import { readIdempotencyKey } from '../tasks/idempotency-key.js';
import { TaskViews } from '../tasks/task-views.js';
import { CallbackUrls, LONGEST_URL } from '../webhooks/callback-urls.js';
import { AddPhotosDto } from './add-photos.dto.js';
import { AddPhotosService, type AddedPhoto } from './add-photos.service.js';
import { AddedPhotosDto } from './added-photos.dto.js';
import { AlbumPhotosUpload, MOST_PHOTOS, Photos } from './album-upload.interceptor.js';
import type { SentPhoto } from './album-upload.js';

/** Seconds after which a caller who polls may ask again. */
const POLL_AFTER_S = '2';

/** How photos come into an album. */
@ApiTags('albums')
@Controller('v1/albums/:id/tasks')
@ApiParam({ name: 'id', format: 'uuid' })
export class AddPhotosController {
  constructor(
    private readonly adding: AddPhotosService,
    private readonly access: AccessService,
    private readonly limits: OwnerLimits,
    private readonly views: TaskViews,
    private readonly callbacks: CallbackUrls,
  ) {}

  /**
   * Takes photos into an album, each as a task of its own: as a form, or one that has come by `/v1/uploads`. What is wrong with one is told in its place in the list and
   * does not hinder the others; where none could be taken, the answer is the problem of the first one.
   */
  @Post()
  @HttpCode(202)
  @Access('album:edit')
  @UseGuards(IntakeGuard, QuotaGuard, IdempotencyKeyGuard)
  @UseInterceptors(AlbumPhotosUpload)
  @ApiConsumes('multipart/form-data')
  @ApiExtraModels(AddedPhotosDto, ClaimDto, TaskDto)
  @ApiExtension(ALSO_JSON, { $ref: getSchemaPath(ClaimDto) })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['image', 'type'],
      properties: {
        image: {
          type: 'array',
          items: { type: 'string', format: 'binary' },
          maxItems: MOST_PHOTOS,
          description: 'jpg, png or bmp files.',
        },
        type: { type: 'string', example: 'person' },
        params: { type: 'string', example: '{"size": 512}' },
        size: { type: 'string', example: '512' },
        model: { type: 'string', example: 'ddcolor_modelscope' },
        priority: { type: 'string', example: '0' },
        callback_url: {
          type: 'string',
          maxLength: LONGEST_URL,
          example: 'https://museum.example/photo-repair',
          description: "Where the outcomes are posted, instead of the album's callback; for API keys only.",
        },
        client_ref: {
          type: 'array',
          items: { type: 'string', maxLength: 200 },
          example: ['box 3, page 12'],
          description: 'Your own name of each photo, in the order of the photos; or one for all.',
        },
      },
    },
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'Chosen by you for this request, 1 to 255 visible ASCII characters. With it you may send the same photos in the same ' +
      'order again; those that had arrived are the same tasks.',
  })
  @ApiResponse({
    status: 202,
    description: 'What became of each photo of a form; the task of the one that a JSON body names.',
    headers: { Location: { schema: { type: 'string' } } },
    content: {
      'application/json': {
        schema: { oneOf: [{ $ref: getSchemaPath(AddedPhotosDto) }, { $ref: getSchemaPath(TaskDto) }] },
      },
    },
  })
  @ApiProblems(
    'no_files',
    'malformed_multipart',
    'invalid_request',
    'unauthorized',
    'forbidden',
    'read_only_link',
    'foreign_site',
    'task_type_not_allowed',
    'priority_not_allowed',
    'not_found',
    'not_ready',
    'file_too_large',
    'too_many_files',
    'request_too_large',
    'quota_exceeded',
    'unsupported_format',
    'unsupported_content_encoding',
    'image_damaged',
    'image_too_many_pixels',
    'image_too_small',
    'bad_aspect',
    'unknown_task_type',
    'invalid_parameter',
    'callback_not_allowed',
    'album_full',
    'idempotency_key_reused',
    'rate_limited',
    'queue_full',
    'broker_backlog_full',
    'intake_paused',
    'storage_full',
    'storage_unavailable',
    'database_unavailable',
  )
  async add(
    @Photos() photos: SentPhoto[],
    @Body() { type, priority = '0', client_ref: clientRefs = [], callback_url, ...parameters }: AddPhotosDto,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentAlbum() album: AlbumRow,
    @CurrentCaller() caller: Caller,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ items: AddedPhoto[] } | TaskView> {
    const level = Number(priority);
    this.limits.checkPriority(caller.owner, level);
    const callbackUrl = await this.callbacks.of(caller.owner, callback_url);
    const outcomes = await this.adding.add(request, {
      album,
      owner: await this.access.ownerOf(album),
      caller,
      photos,
      clientRefs,
      idempotencyKey: readIdempotencyKey(key),
      choice: { type, params: formParameters(parameters), priority: level, callbackUrl },
    });
    const problems = outcomes.flatMap((outcome) => ('problem' in outcome ? [outcome.problem] : []));
    if (problems.length === outcomes.length) throw problems[0]!;
    response.setHeader('Retry-After', POLL_AFTER_S);
    const [first] = outcomes;
    if (photos.some(isClaimed) && first !== undefined && 'row' in first) return this.one(first, response);
    response.setHeader('Location', `/v1/albums/${album.id}/tasks`);
    const requestId = String(response.getHeader('X-Request-Id'));
    const language = chooseLanguage(request.get('Accept-Language'));
    const items = outcomes.map((outcome, index): AddedPhoto => {
      const { filename } = outcome;
      if ('row' in outcome) return { index, filename, status: 'accepted', task: this.views.of(outcome.row) };
      const { body: problem } = toAnswer(outcome.problem, requestId, language);
      return { index, filename, status: 'refused', problem };
    });
    return { items };
  }

  /** Whoever names one photo is told of that one. */
  private one({ row, replayed }: { row: TaskRow; replayed: boolean }, response: Response): TaskView {
    const task = this.views.of(row);
    if (replayed) response.setHeader('Idempotent-Replayed', 'true');
    response.setHeader('Location', task.urls.self);
    return task;
  }
}
