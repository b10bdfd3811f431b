import { Module } from '@nestjs/common';
import { EngineGate } from './engine-gate.js';
import { EngineLanes } from './engine-lanes.js';
import { Engines } from './engines.js';
import { Departure } from '../departure/departure.js';
import { Orders } from '../orders/orders.js';

/** The ComfyUI servers that this worker may use. */
@Module({
  providers: [Engines, EngineLanes, Orders, Departure, EngineGate],
  exports: [Engines, EngineLanes, Orders, Departure, EngineGate],
})
export class EnginesModule {}
