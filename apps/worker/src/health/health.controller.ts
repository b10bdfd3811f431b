import { ArtifactStore, StoreReach } from '@app/artifact-store';
import { TaskServer } from '@app/messaging';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import { EngineGate } from '../engines/engine-gate.js';
import { Engines } from '../engines/engines.js';

/** What `/readyz` answers. `ok` or, for people, what is wrong. */
interface Readiness {
  status: 'ready' | 'unready';
  /** All of these have to be `ok`. */
  checks: Record<string, string>;
  /** Each engine by its address. One that is out is no matter as long as another takes the tasks. */
  engines: Record<string, string>;
}

/** Probes for launchers and orchestrators. */
@Controller()
export class HealthController {
  private readonly storage: StoreReach;

  constructor(
    private readonly server: TaskServer,
    private readonly gate: EngineGate,
    private readonly engines: Engines,
    @Inject(ArtifactStore) artifacts: Pick<ArtifactStore, 'exists'>,
  ) {
    this.storage = new StoreReach(artifacts);
  }

  /** The process runs. */
  @Get('livez')
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** 200 when tasks are taken and can be run, or an operator wants it to take none; else 503 with the reason per part. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) response: Response): Promise<Readiness> {
    const checks = {
      broker: said('No tasks can be taken', this.server.problem),
      engine: this.gate.closedCode === 'paused' ? 'ok' : said('No tasks are taken', this.gate.closedBecause),
      storage: await this.storage.describe(),
    };
    const ready = Object.values(checks).every((check) => check === 'ok');
    response.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'unready', checks, engines: this.eachEngine };
  }

  private get eachEngine(): Record<string, string> {
    const views = this.engines.views.map(({ address, problems = [] }) => [
      address,
      problems.join('; ') || 'ok',
    ]);
    return Object.fromEntries(views) as Record<string, string>;
  }
}

function said(what: string, problem: string | null): string {
  return problem === null ? 'ok' : `${what}: ${problem}.`;
}
