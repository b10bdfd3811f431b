import type { TaskTypeView } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Access } from '../access/access.decorator.js';
import { CATALOG } from './catalog.token.js';
import { TaskTypesDto } from './task-type.dto.js';

/** What can be done with a photo, and the parameters of each task type with their limits. */
@ApiTags('task types')
@Controller('v1/task-types')
@Access('public')
export class TaskTypesController {
  constructor(@Inject(CATALOG) private readonly catalog: Catalog) {}

  @Get()
  @ApiOperation({ summary: 'The task types and their parameters' })
  @ApiResponse({ status: 200, description: 'All that are installed.', type: TaskTypesDto })
  list(): { items: TaskTypeView[] } {
    return { items: this.catalog.types().map((type) => type.view) };
  }
}
