import { Global, Module } from '@nestjs/common';
import { IntakeGuard } from './intake.guard.js';
import { PauseMetrics } from './pause-metrics.js';
import { PauseWatch } from './pause-watch.js';
import { Pauses } from './pauses.js';
import { PausesStore } from './pauses.store.js';

/** What operators have stopped, for everybody who has to heed it. */
@Global()
@Module({
  providers: [PausesStore, Pauses, PauseWatch, PauseMetrics, IntakeGuard],
  exports: [PausesStore, Pauses, IntakeGuard],
})
export class PausesModule {}
