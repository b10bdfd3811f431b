import { Global, Module } from '@nestjs/common';
import { LiveWorkers } from './live-workers.js';

/** Who is there to do the work. Whoever hears live events tells it (`LiveWorkers.hear`). */
@Global()
@Module({ providers: [LiveWorkers], exports: [LiveWorkers] })
export class WorkersModule {}
