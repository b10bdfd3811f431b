import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { Response } from 'express';
import { Access } from '../access/access.decorator.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';

/** What Prometheus reads. */
@ApiTags('operation')
@Controller()
export class MetricsController extends PrometheusController {
  @Get()
  @Access('machine')
  @ApiOperation({ summary: 'Figures for Prometheus' })
  @ApiProduces('text/plain')
  @ApiResponse({ status: 200, description: 'The text format of Prometheus.', schema: { type: 'string' } })
  @ApiProblems('not_found', 'forbidden')
  override async index(@Res({ passthrough: true }) response: Response): Promise<string> {
    return super.index(response);
  }
}
