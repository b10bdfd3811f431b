import { Module } from '@nestjs/common';
import { LiveModule } from '../live/live.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { PauseActs } from './pause-acts.js';
import { PauseNews } from './pause-news.js';
import { PausedQueues } from './paused-queues.js';
import { PausesController } from './pauses.controller.js';
import { WorkerOrdersService } from './worker-orders.service.js';

/** Stopping and going on, and what follows from it. */
@Module({
  imports: [LiveModule, TasksModule],
  controllers: [PausesController],
  providers: [PauseActs, PauseNews, PausedQueues, WorkerOrdersService],
})
export class PauseActsModule {}
