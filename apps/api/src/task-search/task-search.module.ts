import { Module } from '@nestjs/common';
import { FailuresStore } from './failures.store.js';
import { OperatorTasksController } from './operator-tasks.controller.js';
import { TaskOwnersStore } from './task-owners.store.js';
import { TaskSearch } from './task-search.js';
import { TaskSearchStore } from './task-search.store.js';

/** What operators find of tasks. */
@Module({
  controllers: [OperatorTasksController],
  providers: [FailuresStore, TaskOwnersStore, TaskSearch, TaskSearchStore],
  exports: [FailuresStore, TaskSearchStore],
})
export class TaskSearchModule {}
