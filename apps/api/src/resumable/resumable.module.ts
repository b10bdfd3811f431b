import { ArtifactStore } from '@app/artifact-store';
import { Module } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { INCOMING_FOLDER } from '../tasks/incoming-folder.token.js';
import { TusDoor } from './tus-door.js';
import { UploadAdmission } from './upload-admission.js';
import { UploadBytes } from './upload-bytes.js';
import { UploadFiles } from './upload-files.js';
import { UploadLocks } from './upload-locks.js';
import { UploadPieces } from './upload-pieces.js';
import { UploadsController } from './uploads.controller.js';
import { UploadsStore } from './uploads.store.js';
import { UploadsSweeper } from './uploads.sweeper.js';

/** Photos that come in pieces. What becomes of them is decided by `Claims`. */
@Module({
  controllers: [UploadsController],
  providers: [
    UploadsStore,
    {
      provide: UploadBytes,
      inject: [API_ENV, INCOMING_FOLDER, ArtifactStore],
      // Who keeps photos in a bucket has, or will have, instances that share no disk.
      useFactory: ({ artifacts }: ApiEnv, folder: string, store: ArtifactStore): UploadBytes =>
        artifacts.kind === 's3' ? new UploadPieces(store, folder) : new UploadFiles(folder),
    },
    { provide: UploadLocks, useFactory: () => new UploadLocks() },
    UploadAdmission,
    TusDoor,
    UploadsSweeper,
  ],
  exports: [UploadsStore, UploadBytes, UploadLocks],
})
export class ResumableModule {}
