import { Module } from '@nestjs/common';
import { TusDoor } from './tus-door.js';
import { UploadAdmission } from './upload-admission.js';
import { UploadFiles } from './upload-files.js';
import { UploadLocks } from './upload-locks.js';
import { UploadsController } from './uploads.controller.js';
import { UploadsStore } from './uploads.store.js';
import { UploadsSweeper } from './uploads.sweeper.js';

/** Photos that come in pieces. What becomes of them is decided by `Claims`. */
@Module({
  controllers: [UploadsController],
  providers: [
    UploadsStore,
    UploadFiles,
    { provide: UploadLocks, useFactory: () => new UploadLocks() },
    UploadAdmission,
    TusDoor,
    UploadsSweeper,
  ],
  exports: [UploadsStore, UploadFiles, UploadLocks],
})
export class ResumableModule {}
