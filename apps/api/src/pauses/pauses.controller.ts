import type { PauseView } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CurrentOwner } from '../access/current.decorators.js';
import { requireTaskTypes } from '../access/require-task-types.js';
import { NoteDto } from '../audit/note.dto.js';
import type { OwnerRow } from '../database/schema.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { PauseActs } from './pause-acts.js';
import { PauseDto, PauseListDto } from './pause.dto.js';
import { toPauseView } from './pause.view.js';
import { Pauses } from './pauses.js';

const INTAKE = { scope: 'intake', name: '' } as const;
/** What `WORKER_NAME` may be. */
const WORKER = /^[^\p{Cc}]{1,100}$/u;
/** Said by every route that acts. */
const ACT_PROBLEMS = [
  'invalid_request',
  'unauthorized',
  'forbidden',
  'foreign_site',
  'rate_limited',
] as const;

/**
 * Stopping what comes in, a kind of photos, or a worker, until an operator lets it go on. It outlives every restart. What
 * runs is finished, what waits keeps its place, and to a second `PUT` or `DELETE` nothing happens.
 */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin/pauses')
export class PausesController {
  constructor(
    private readonly pauses: Pauses,
    private readonly acts: PauseActs,
    @Inject(CATALOG) private readonly catalog: Catalog,
  ) {}

  /** All that is paused, the oldest first. */
  @Get()
  @Access('viewer')
  @ApiResponse({ status: 200, type: PauseListDto })
  @ApiProblems('unauthorized', 'forbidden', 'rate_limited')
  list(): { items: PauseView[] } {
    return { items: this.pauses.all.map(toPauseView) };
  }

  /** Takes nothing in: uploads are answered 503 `intake_paused`, messages of other systems stay in their queues. */
  @Put('intake')
  @Access('operator')
  @ApiResponse({ status: 200, type: PauseDto })
  @ApiProblems(...ACT_PROBLEMS)
  async pauseIntake(@CurrentOwner() by: OwnerRow, @Body() chosen?: NoteDto): Promise<PauseView> {
    return toPauseView(await this.acts.pause(INTAKE, by, chosen?.note ?? null));
  }

  /** Takes photos in again. */
  @Delete('intake')
  @HttpCode(204)
  @Access('operator')
  @ApiResponse({ status: 204 })
  @ApiProblems(...ACT_PROBLEMS)
  async resumeIntake(@CurrentOwner() by: OwnerRow): Promise<void> {
    await this.acts.resume(INTAKE, by);
  }

  /** Begins nothing of a task type. Its photos wait, with `delayed_by: paused`, and none of them expires meanwhile. */
  @Put('types/:type')
  @Access('operator')
  @ApiParam({ name: 'type', example: 'person' })
  @ApiResponse({ status: 200, type: PauseDto })
  @ApiProblems(...ACT_PROBLEMS, 'unknown_task_type')
  async pauseType(
    @Param('type') type: string,
    @CurrentOwner() by: OwnerRow,
    @Body() chosen?: NoteDto,
  ): Promise<PauseView> {
    requireTaskTypes(this.catalog, [type], '/type');
    return toPauseView(await this.acts.pause({ scope: 'type', name: type }, by, chosen?.note ?? null));
  }

  /** Goes on with a task type, in the order of the line; the waiting limits move on by as long as it was paused. */
  @Delete('types/:type')
  @HttpCode(204)
  @Access('operator')
  @ApiParam({ name: 'type', example: 'person' })
  @ApiResponse({ status: 204 })
  @ApiProblems(...ACT_PROBLEMS)
  async resumeType(@Param('type') type: string, @CurrentOwner() by: OwnerRow): Promise<void> {
    await this.acts.resume({ scope: 'type', name: type }, by);
  }

  /**
   * Drains every worker of this name: it ends what it runs, gives back what it took beforehand, and takes nothing. Also one
   * that is not there at this moment, as soon as it is.
   */
  @Put('workers/:worker')
  @Access('operator')
  @ApiParam({ name: 'worker', example: 'gpu-1' })
  @ApiResponse({ status: 200, type: PauseDto })
  @ApiProblems(...ACT_PROBLEMS, 'not_found')
  async pauseWorker(
    @Param('worker') worker: string,
    @CurrentOwner() by: OwnerRow,
    @Body() chosen?: NoteDto,
  ): Promise<PauseView> {
    if (!WORKER.test(worker)) throw new ProblemException('not_found');
    return toPauseView(await this.acts.pause({ scope: 'worker', name: worker }, by, chosen?.note ?? null));
  }

  /** Lets a worker take tasks again. */
  @Delete('workers/:worker')
  @HttpCode(204)
  @Access('operator')
  @ApiParam({ name: 'worker', example: 'gpu-1' })
  @ApiResponse({ status: 204 })
  @ApiProblems(...ACT_PROBLEMS)
  async resumeWorker(@Param('worker') worker: string, @CurrentOwner() by: OwnerRow): Promise<void> {
    await this.acts.resume({ scope: 'worker', name: worker }, by);
  }
}
