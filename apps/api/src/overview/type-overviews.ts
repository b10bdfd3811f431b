import type { TypeOverview } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { Pauses } from '../pauses/pauses.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { LiveWorkers } from '../workers/live-workers.js';
import { LastHour } from './last-hour.js';
import { WaitingFigures } from './waiting-figures.js';

/** Each task type at a glance. */
@Injectable()
export class TypeOverviews {
  constructor(
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly figures: WaitingFigures,
    private readonly lastHour: LastHour,
    private readonly workers: LiveWorkers,
    private readonly pauses: Pauses,
  ) {}

  /** Those that are offered, and those that there are photos of still. */
  async all(): Promise<TypeOverview[]> {
    const offered = this.catalog.types().map(({ view }) => view.type);
    const more = this.figures.types.filter((type) => !offered.includes(type)).toSorted();
    const overviews: TypeOverview[] = [];
    for (const type of [...offered, ...more]) {
      const overview = await this.of(type);
      if (offered.includes(type) || overview.waiting + overview.running > 0) overviews.push(overview);
    }
    return overviews;
  }

  private async of(type: string): Promise<TypeOverview> {
    const { submitted, succeeded, failed, wait, run } = await this.lastHour.of(type);
    const exact = this.catalog.types().find(({ view }) => view.type === type);
    return {
      type,
      title: exact?.view.title ?? null,
      ...(await this.figures.of(type)),
      workers: this.workers.of(type).length,
      paused: this.pauses.isTypePaused(type),
      submitted_last_hour: submitted,
      finished_last_hour: succeeded + failed,
      failed_last_hour: failed,
      wait_s: wait,
      run_s: run,
    };
  }
}
