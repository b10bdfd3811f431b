import { Module } from '@nestjs/common';
import { AlbumErasuresStore } from './album-erasures.store.js';
import { CancelMarks } from './cancel-marks.js';
import { EngineCopies } from './engine-copies.js';
import { ErasedFiles } from './erased-files.js';
import { ErasureService } from './erasure.service.js';
import { ErasureSweeper } from './erasure.sweeper.js';
import { ErasuresStore } from './erasures.store.js';
import { LeftoversSweeper } from './leftovers.sweeper.js';
import { LateErasures } from './late-erasures.js';
import { RetentionStore } from './retention.store.js';
import { RetentionSweeper } from './retention.sweeper.js';
import { TaskEraser } from './task-eraser.js';

/** Erases tasks and albums, on request and when their time is over. */
@Module({
  providers: [
    ErasuresStore,
    AlbumErasuresStore,
    RetentionStore,
    CancelMarks,
    EngineCopies,
    ErasedFiles,
    TaskEraser,
    LateErasures,
    ErasureService,
    ErasureSweeper,
    RetentionSweeper,
    LeftoversSweeper,
  ],
  exports: [ErasureService],
})
export class ErasureModule {}
