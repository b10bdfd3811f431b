import { isFinalState, type TaskView, type TimelineEntry } from '@app/contracts';
import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CurrentCaller, CurrentOwner, CurrentTask } from '../access/current.decorators.js';
import { OwnerLimits } from '../access/owner-limits.js';
import { QuotaGuard } from '../access/quota.guard.js';
import { operatorAct } from '../audit/operator-act.js';
import type { OwnerRow, TaskRow } from '../database/schema.js';
import { IntakeGuard } from '../pauses/intake.guard.js';
import { ErasureService } from '../erasure/erasure.service.js';
import { Photo, PhotoUpload, type RequestedPhoto } from '../multipart/photo-upload.interceptor.js';
import { linkNextPage, type Page } from '../paging/page.js';
import { Claims } from '../resumable/claims.service.js';
import { CallbackUrls } from '../webhooks/callback-urls.js';
import { CancelService } from './cancel.service.js';
import { CreateTaskDto } from './create-task.dto.js';
import { formParameters } from './form-parameters.js';
import { IdempotencyKeyGuard } from './idempotency-key.guard.js';
import { readIdempotencyKey } from './idempotency-key.js';
import { POLL_AFTER_S } from './poll-after.js';
import { RetryService } from './retry.service.js';
import { TaskListQuery } from './task-list-query.dto.js';
import { TaskLists } from './task-lists.js';
import { TaskLogStore } from './task-log.store.js';
import { TaskViews } from './task-views.js';
import { TaskWaits } from './task-waits.js';
import {
  ApiCancelTask,
  ApiCreateTask,
  ApiEraseTask,
  ApiListTasks,
  ApiReadTask,
  ApiRetryTask,
  ApiTimeline,
} from './tasks.api.js';
import { toTimelineEntry } from './timeline-entry.js';
import { WaitQuery } from './wait-query.dto.js';

/** What HTTP accepts and shows of tasks; `TaskPicturesController` has their pictures. */
@ApiTags('tasks')
@Controller('v1/tasks')
export class TasksController {
  constructor(
    private readonly claims: Claims,
    private readonly lists: TaskLists,
    private readonly log: TaskLogStore,
    private readonly views: TaskViews,
    private readonly waits: TaskWaits,
    private readonly limits: OwnerLimits,
    private readonly cancelling: CancelService,
    private readonly retrying: RetryService,
    private readonly erasure: ErasureService,
    private readonly callbacks: CallbackUrls,
  ) {}

  /**
   * Takes a photo in. 202 means that it is stored and will reach a final state. The same photo, task type and parameters
   * under the same Idempotency-Key are the same task again, whatever has become of it.
   */
  @Post()
  @Access('create')
  @UseGuards(IdempotencyKeyGuard, IntakeGuard, QuotaGuard)
  @UseInterceptors(PhotoUpload)
  @ApiCreateTask()
  async create(
    @Photo() photo: RequestedPhoto,
    @Body() form: CreateTaskDto,
    @Query() _wait: WaitQuery,
    @CurrentOwner() owner: OwnerRow,
    @CurrentCaller() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TaskView> {
    const priority = Number(form.priority ?? 0);
    this.limits.checkPriority(owner, priority);
    const callbackUrl = await this.callbacks.of(owner, form.callback_url);
    const taken = await this.claims.take({
      photo,
      caller,
      type: form.type,
      params: formParameters(form),
      priority,
      clientRef: form.client_ref ?? null,
      album: null,
      owner,
      idempotencyKey: readIdempotencyKey(key),
      callbackUrl,
    });
    const task = this.views.of(await this.waits.settle(taken.row, request, response));
    if (taken.replayed) response.setHeader('Idempotent-Replayed', 'true');
    response.setHeader('Location', task.urls.self);
    response.status(isFinalState(task.status) && this.waits.wasAsked(request) ? 200 : 202);
    if (!isFinalState(task.status)) response.setHeader('Retry-After', POLL_AFTER_S);
    return task;
  }

  /** Your own tasks, the newest first. */
  @Get()
  @Access('owner')
  @ApiListTasks()
  async list(
    @Query() query: TaskListQuery,
    @CurrentOwner() owner: OwnerRow,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<TaskView>> {
    const page = await this.lists.page(query, owner);
    linkNextPage(request, response, page.next_cursor);
    return { items: this.views.ofAll(page.items), next_cursor: page.next_cursor };
  }

  /** The task as it is now. */
  @Get(':id')
  @Access('task:view')
  @ApiReadTask()
  async read(
    @CurrentTask() row: TaskRow,
    @Query() _wait: WaitQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TaskView> {
    return this.views.of(await this.waits.settle(row, request, response));
  }

  /**
   * Stops a task that has not ended. One in line leaves it; one that runs is stopped in the engine within seconds, and a
   * result that comes all the same is not kept. A task that is cancelled already is shown as it is.
   */
  @Post(':id/cancel')
  @HttpCode(200)
  @Access('task:edit')
  @ApiCancelTask()
  async cancel(@CurrentTask() row: TaskRow, @CurrentCaller() caller: Caller): Promise<TaskView> {
    const act = operatorAct(caller, row.owner_id, { act: 'task_cancelled', subject: row.id });
    return this.views.of(await this.cancelling.cancel(row, act));
  }

  /** Puts a task in line once more that failed, expired or was cancelled. It joins the end, with all its attempts. */
  @Post(':id/retry')
  @HttpCode(200)
  @Access('task:edit')
  @ApiRetryTask()
  async retry(@CurrentTask() row: TaskRow, @CurrentCaller() caller: Caller): Promise<TaskView> {
    const act = operatorAct(caller, row.owner_id, { act: 'task_retried', subject: row.id });
    return this.views.of(await this.retrying.retry(row, act));
  }

  /** Erases the photo, its result, its small pictures and the copies in engines. A task that has not ended is stopped. */
  @Delete(':id')
  @HttpCode(204)
  @Access('task:edit')
  @ApiEraseTask()
  async erase(@CurrentTask() row: TaskRow, @CurrentCaller() caller: Caller): Promise<void> {
    const act = operatorAct(caller, row.owner_id, { act: 'task_erased', subject: row.id });
    await this.erasure.erase([row], act);
  }

  /** Every step of the task: when, which attempt, where, and why. */
  @Get(':id/timeline')
  @Access('task:view')
  @ApiTimeline()
  async timeline(@CurrentTask() row: TaskRow): Promise<{ items: TimelineEntry[] }> {
    return { items: (await this.log.ofTask(row.id)).map(toTimelineEntry) };
  }
}
