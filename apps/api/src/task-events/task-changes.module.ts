import { Global, Module } from '@nestjs/common';
import { LiveModule } from '../live/live.module.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { TaskChanges } from './task-changes.js';

/** What follows from a stored change. */
@Global()
@Module({ imports: [LiveModule, MetricsModule], providers: [TaskChanges], exports: [TaskChanges] })
export class TaskChangesModule {}
