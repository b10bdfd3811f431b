import { Module } from '@nestjs/common';
import { EngineGate } from './engine-gate.js';
import { EnginePool } from './engine-pool.js';

/** The ComfyUI servers that this worker may use. */
@Module({ providers: [EnginePool, EngineGate], exports: [EnginePool, EngineGate] })
export class EnginesModule {}
