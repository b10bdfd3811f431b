import { Module } from '@nestjs/common';
import { AlbumsModule } from '../albums/albums.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { ImportForm } from './import-form.js';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';

/** What comes from other installations. */
@Module({
  imports: [AlbumsModule, TasksModule],
  controllers: [ImportsController],
  providers: [ImportForm, ImportsService],
})
export class ImportsModule {}
