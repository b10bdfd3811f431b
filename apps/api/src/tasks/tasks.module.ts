import { Module } from '@nestjs/common';
import { ErasureModule } from '../erasure/erasure.module.js';
import { ExpiryService } from '../expiry/expiry.service.js';
import { ExpirySweeper } from '../expiry/expiry.sweeper.js';
import { OverdueTasksConsumer } from '../expiry/overdue-tasks.consumer.js';
import { Dispatcher } from '../line/dispatcher.js';
import { HandOverStore } from '../line/hand-over.store.js';
import { LineReconciler } from '../line/line.reconciler.js';
import { LostMessages } from '../line/lost-messages.js';
import { NextTasks } from '../line/next-tasks.js';
import { TakeBack } from '../line/take-back.js';
import { TaskCopies } from '../line/task-copies.js';
import { UntendedRuns } from '../line/untended-runs.js';
import { LiveModule } from '../live/live.module.js';
import { PhotoUrlsModule } from '../photo-urls/photo-urls.module.js';
import { Claims } from '../resumable/claims.service.js';
import { ResumableModule } from '../resumable/resumable.module.js';
import { LiveNews } from '../task-events/live-news.js';
import { TaskEventsConsumer } from '../task-events/task-events.consumer.js';
import { UnappliedEvents } from '../task-events/unapplied-events.js';
import { Admission } from './admission.js';
import { CancelService } from './cancel.service.js';
import { PictureResponses } from './picture-responses.js';
import { RetryService } from './retry.service.js';
import { TaskChoices } from './task-choices.js';
import { TaskListStore } from './task-list.store.js';
import { TaskLists } from './task-lists.js';
import { TaskPicturesController } from './task-pictures.controller.js';
import { TaskPictures } from './task-pictures.js';
import { TaskWaits } from './task-waits.js';
import { TasksController } from './tasks.controller.js';
import { TasksService } from './tasks.service.js';
import { Thumbnails } from './thumbnails.js';

/** From the upload to the broker, and from the worker's event to the store. */
@Module({
  imports: [ErasureModule, LiveModule, PhotoUrlsModule, ResumableModule],
  controllers: [TasksController, TaskPicturesController],
  providers: [
    TaskChoices,
    TaskPictures,
    PictureResponses,
    Thumbnails,
    TaskListStore,
    TaskLists,
    TaskWaits,
    Admission,
    TasksService,
    Claims,
    CancelService,
    RetryService,
    HandOverStore,
    TakeBack,
    NextTasks,
    TaskCopies,
    UntendedRuns,
    Dispatcher,
    LineReconciler,
    LostMessages,
    LiveNews,
    UnappliedEvents,
    TaskEventsConsumer,
    ExpiryService,
    ExpirySweeper,
    OverdueTasksConsumer,
  ],
  exports: [
    TakeBack,
    TaskPictures,
    TasksService,
    Claims,
    CancelService,
    RetryService,
    ExpirySweeper,
    OverdueTasksConsumer,
  ],
})
export class TasksModule {}
