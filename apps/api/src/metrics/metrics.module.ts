import { Global, Module } from '@nestjs/common';
import { DatabaseProbe } from './database-probe.js';
import { EstimateMetrics } from './estimate-metrics.js';
import { LiveMetrics } from './live-metrics.js';
import { OldestWaitingStore } from './oldest-waiting.store.js';
import { OutboxMetrics } from './outbox-metrics.js';
import { OutboxStore } from './outbox.store.js';
import { ParkingMetrics } from './parking-metrics.js';
import { StorageMetrics } from './storage-metrics.js';
import { StoreProbe } from './store-probe.js';
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
    StoreProbe,
    DatabaseProbe,
    OutboxStore,
    OutboxMetrics,
    ParkingMetrics,
  ],
  exports: [
    TaskMetrics,
    EstimateMetrics,
    LiveMetrics,
    StateCounts,
    OldestWaitingStore,
    OutboxStore,
    StoreProbe,
    DatabaseProbe,
  ],
})
export class MetricsModule {}
