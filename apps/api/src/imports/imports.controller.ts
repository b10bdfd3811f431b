import type { ImportedTask } from '@app/contracts';
import { Body, Controller, HttpStatus, Post, Res, UseInterceptors } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Access } from '../access/access.decorator.js';
import { CurrentOwner } from '../access/current.decorators.js';
import type { OwnerRow } from '../database/schema.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ImportDto, ImportedTaskDto } from './import.dto.js';
import { ImportedFiles, ImportForm } from './import-form.js';
import { ImportsService, type TaskFiles } from './imports.service.js';

/** Tasks of other installations, for operators. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin/imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  /**
   * Brings in a task of another installation. One that has ended there has ended here, with its picture, its result and its
   * steps; any other is put in line. The same task again changes nothing.
   */
  @Post()
  @Access('operator')
  @UseInterceptors(ImportForm)
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['task', 'original'],
      properties: {
        task: {
          type: 'string',
          format: 'binary',
          description: 'The JSON that `photo-repair export` writes.',
        },
        original: { type: 'string', format: 'binary', description: 'The photo as it was sent.' },
        result: { type: 'string', format: 'binary', description: 'The PNG of a task that succeeded.' },
        owner_id: { type: 'string', format: 'uuid', description: 'Whose it becomes; your own without it.' },
      },
    },
  })
  @ApiResponse({ status: 201, type: ImportedTaskDto })
  @ApiResponse({ status: 200, type: ImportedTaskDto, description: 'It was here already.' })
  @ApiProblems(
    'no_files',
    'malformed_multipart',
    'invalid_request',
    'unauthorized',
    'forbidden',
    'foreign_site',
    'task_type_not_allowed',
    'request_too_large',
    'file_too_large',
    'too_many_files',
    'quota_exceeded',
    'unsupported_format',
    'unsupported_content_encoding',
    'image_damaged',
    'image_too_many_pixels',
    'image_too_small',
    'bad_aspect',
    'unknown_task_type',
    'invalid_parameter',
    'album_full',
    'idempotency_key_reused',
    'rate_limited',
    'queue_full',
    'broker_backlog_full',
    'storage_full',
    'storage_unavailable',
    'database_unavailable',
  )
  async bringIn(
    @ImportedFiles() files: TaskFiles,
    @Body() { owner_id: ownerId }: ImportDto,
    @CurrentOwner() caller: OwnerRow,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ImportedTask> {
    const imported = await this.imports.bringIn(files, ownerId, caller);
    response.status(imported.already_here ? HttpStatus.OK : HttpStatus.CREATED);
    return imported;
  }
}
