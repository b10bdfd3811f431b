import { Global, Module } from '@nestjs/common';
import { EstimateTruth } from './estimate-truth.js';
import { Estimates } from './estimates.js';
import { FinishedTasksStore } from './finished-tasks.store.js';
import { FirstEstimates } from './first-estimates.js';
import { LineForecasts } from './line-forecasts.js';
import { TypeRecords } from './type-records.js';

/** When tasks will have ended. Whoever stores a change tells it (`Estimates.stored`). */
@Global()
@Module({
  providers: [FinishedTasksStore, FirstEstimates, TypeRecords, LineForecasts, EstimateTruth, Estimates],
  exports: [Estimates],
})
export class EstimatesModule {}
