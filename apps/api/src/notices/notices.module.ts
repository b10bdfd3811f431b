import { Global, Module } from '@nestjs/common';
import { PublisherNames } from './publisher-names.js';
import { TaskNotices } from './task-notices.js';

/** What other systems are told of tasks. */
@Global()
@Module({ providers: [PublisherNames, TaskNotices], exports: [TaskNotices] })
export class NoticesModule {}
