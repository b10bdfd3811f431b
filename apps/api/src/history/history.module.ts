import { Module } from '@nestjs/common';
import { HistoryController } from './history.controller.js';
import { History } from './history.js';
import { HistoryStore } from './history.store.js';

/** What happened lately. */
@Module({ controllers: [HistoryController], providers: [History, HistoryStore], exports: [HistoryStore] })
export class HistoryModule {}
