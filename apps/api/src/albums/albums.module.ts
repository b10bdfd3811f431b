import { Module } from '@nestjs/common';
import { ErasureModule } from '../erasure/erasure.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { AddPhotosController } from './add-photos.controller.js';
import { AddPhotosService } from './add-photos.service.js';
import { AlbumBulkController } from './album-bulk.controller.js';
import { AlbumBulkService } from './album-bulk.service.js';
import { AlbumManifest } from './album-manifest.js';
import { AlbumPriorityController } from './album-priority.controller.js';
import { AlbumPriorityService } from './album-priority.service.js';
import { AlbumPriorityStore } from './album-priority.store.js';
import { AlbumTasksController } from './album-tasks.controller.js';
import { AlbumTasksStore } from './album-tasks.store.js';
import { AlbumViews } from './album-views.js';
import { AlbumZip } from './album-zip.js';
import { AlbumsController } from './albums.controller.js';
import { AlbumsStore } from './albums.store.js';

/** Photos that belong together. */
@Module({
  imports: [TasksModule, ErasureModule],
  controllers: [
    AlbumsController,
    AddPhotosController,
    AlbumTasksController,
    AlbumBulkController,
    AlbumPriorityController,
  ],
  providers: [
    AlbumsStore,
    AlbumTasksStore,
    AlbumViews,
    AlbumBulkService,
    AlbumPriorityStore,
    AlbumPriorityService,
    AlbumZip,
    AlbumManifest,
    AddPhotosService,
  ],
  exports: [AlbumsStore],
})
export class AlbumsModule {}
