import { Global, Module } from '@nestjs/common';
import { RunMetrics } from './run-metrics.js';

/** What is counted while tasks run. What is read when somebody asks is `EngineMetrics`. */
@Global()
@Module({ providers: [RunMetrics], exports: [RunMetrics] })
export class MetricsModule {}
