import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../access/access.decorator.js';
import { LiveDto, ReadinessDto } from './health.dto.js';
import { Readiness, type ReadinessReport } from './readiness.js';

/** Probes for launchers, orchestrators and load balancers. */
@ApiTags('operation')
@Controller()
@Access('public')
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** The process runs. */
  @Get('livez')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiResponse({ status: 200, description: 'It does.', type: LiveDto })
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** 200 when tasks can be taken in and published, else 503 with the reason per part. */
  @Get('readyz')
  @ApiOperation({ summary: 'Whether tasks can be taken in and handed to workers' })
  @ApiResponse({ status: 200, description: 'They can.', type: ReadinessDto })
  @ApiResponse({ status: 503, description: 'They cannot; the checks say why.', type: ReadinessDto })
  async ready(@Res({ passthrough: true }) response: Response): Promise<ReadinessReport> {
    const report = await this.readiness.check();
    response.status(report.status === 'ready' ? 200 : 503);
    return report;
  }
}
