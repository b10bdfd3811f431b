import { TaskServer } from '@app/messaging';
import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { EngineGate } from '../engines/engine-gate.js';

/** Probes for launchers and orchestrators. */
@Controller()
export class HealthController {
  constructor(
    private readonly server: TaskServer,
    private readonly gate: EngineGate,
  ) {}

  /** The process runs. */
  @Get('livez')
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** 200 when tasks are taken and can be run, else 503 with the reason per part. */
  @Get('readyz')
  ready(@Res({ passthrough: true }) response: Response): {
    status: 'ready' | 'unready';
    checks: Record<string, string>;
  } {
    const checks = {
      broker: said('No tasks can be taken', this.server.problem),
      engine: said('No tasks are taken', this.gate.closedBecause),
    };
    const ready = Object.values(checks).every((check) => check === 'ok');
    response.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'unready', checks };
  }
}

function said(what: string, problem: string | null): string {
  return problem === null ? 'ok' : `${what}: ${problem}.`;
}
