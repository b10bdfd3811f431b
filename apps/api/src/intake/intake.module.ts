import { Module } from '@nestjs/common';
import { PhotoUrlsModule } from '../photo-urls/photo-urls.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { ForeignIntake } from './foreign-intake.js';
import { ForeignPhotos } from './foreign-photos.js';
import { ForeignTasks } from './foreign-tasks.service.js';
import { Inbox } from './inbox.js';
import { IntakeMetrics } from './intake-metrics.js';
import { IntakeConsumer } from './intake.consumer.js';
import { Publishers } from './publishers.js';
import { TaskResolver } from './task-resolver.js';

/** Messages of other systems on their way to being tasks. */
@Module({
  imports: [PhotoUrlsModule, TasksModule],
  providers: [
    Publishers,
    TaskResolver,
    Inbox,
    ForeignPhotos,
    ForeignIntake,
    ForeignTasks,
    IntakeMetrics,
    IntakeConsumer,
  ],
  exports: [IntakeConsumer],
})
export class IntakeModule {}
