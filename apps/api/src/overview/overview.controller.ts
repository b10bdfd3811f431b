import type { OverviewView, WorkerView, WorkflowsView } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { Pauses } from '../pauses/pauses.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { OverviewDto } from './overview.dto.js';
import { Overview } from './overview.js';
import { WorkerListDto } from './worker.dto.js';
import { toWorkerView } from './worker.view.js';
import { WorkflowsDto } from './workflows.dto.js';
import { toWorkflowsView } from './workflows.view.js';

/** What is going on, for operators. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin')
export class OverviewController {
  constructor(
    private readonly overview: Overview,
    private readonly workers: LiveWorkers,
    private readonly pauses: Pauses,
    @Inject(CATALOG) private readonly catalog: Catalog,
  ) {}

  /** Everything at a glance, and why photos do not flow. At most a second old. */
  @Get('overview')
  @Access('viewer')
  @ApiResponse({ status: 200, type: OverviewDto })
  @ApiProblems('unauthorized', 'forbidden', 'rate_limited')
  async read(): Promise<OverviewView> {
    return this.overview.read();
  }

  /** The workers that were heard of within 15 s, by name: their engines, and what they are at. */
  @Get('workers')
  @Access('viewer')
  @ApiResponse({ status: 200, type: WorkerListDto })
  @ApiProblems('unauthorized', 'forbidden', 'rate_limited')
  listWorkers(): { items: WorkerView[] } {
    const items = this.workers
      .all()
      .map((status) => toWorkerView(status, this.pauses.isWorkerPaused(status.worker)));
    return { items: items.toSorted((a, b) => (a.worker < b.worker ? -1 : 1)) };
  }

  /** What the workflow folder gives, and what in it is wrong. */
  @Get('workflows')
  @Access('viewer')
  @ApiResponse({ status: 200, type: WorkflowsDto })
  @ApiProblems('unauthorized', 'forbidden', 'rate_limited')
  listWorkflows(): WorkflowsView {
    return toWorkflowsView(this.catalog, (type) => this.workers.of(type).length);
  }
}
