import { Global, Module } from '@nestjs/common';
import { EstimateMetrics } from './estimate-metrics.js';
import { LiveMetrics } from './live-metrics.js';
import { OldestWaitingStore } from './oldest-waiting.store.js';
import { StorageMetrics } from './storage-metrics.js';
import { StateCounts } from './state-counts.js';
import { TaskGauges } from './task-gauges.js';
import { TaskMetrics } from './task-metrics.js';

/** What `/metrics` shows of tasks, lines, workers, clients and requests. */
@Global()
@Module({
  providers: [
    StateCounts,
    OldestWaitingStore,
    TaskMetrics,
    TaskGauges,
    EstimateMetrics,
    LiveMetrics,
    StorageMetrics,
  ],
  exports: [TaskMetrics, EstimateMetrics, LiveMetrics],
})
export class MetricsModule {}
