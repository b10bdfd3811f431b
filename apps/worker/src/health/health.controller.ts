import { TaskServer } from '@app/messaging';
import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { EnginePool } from '../engines/engine-pool.js';

/** Probes for launchers and orchestrators. */
@Controller()
export class HealthController {
  constructor(
    private readonly server: TaskServer,
    private readonly engines: EnginePool,
  ) {}

  /** The process runs. */
  @Get('livez')
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** 200 when tasks can be taken and run, else 503 with the reason per part. */
  @Get('readyz')
  async ready(
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ status: 'ready' | 'unready'; checks: Record<string, string> }> {
    const checks = {
      broker: this.server.problem === null ? 'ok' : `No tasks can be taken: ${this.server.problem}.`,
      engine: (await this.engines.reachable()) ? 'ok' : 'No engine of COMFYUI_URLS answers.',
    };
    const ready = Object.values(checks).every((check) => check === 'ok');
    response.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'unready', checks };
  }
}
