import { Module } from '@nestjs/common';
import { EngineGate } from './engine-gate.js';
import { EngineLanes } from './engine-lanes.js';
import { Engines } from './engines.js';

/** The ComfyUI servers that this worker may use. */
@Module({ providers: [Engines, EngineLanes, EngineGate], exports: [Engines, EngineLanes, EngineGate] })
export class EnginesModule {}
