import { Module } from '@nestjs/common';
import { HistoryModule } from '../history/history.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { DatabaseFigures } from './database-figures.js';
import { LastHour } from './last-hour.js';
import { OverviewController } from './overview.controller.js';
import { Overview } from './overview.js';
import { Situations } from './situations.js';
import { Surroundings } from './surroundings.js';
import { TroubledDeliveriesStore } from './troubled-deliveries.store.js';
import { TypeOverviews } from './type-overviews.js';
import { WaitingFigures } from './waiting-figures.js';

/** What is going on, and why not where it does not. */
@Module({
  imports: [HistoryModule, OperationsModule],
  controllers: [OverviewController],
  providers: [
    DatabaseFigures,
    LastHour,
    Overview,
    Situations,
    Surroundings,
    TroubledDeliveriesStore,
    TypeOverviews,
    WaitingFigures,
  ],
})
export class OverviewModule {}
