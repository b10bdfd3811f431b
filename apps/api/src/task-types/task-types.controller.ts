import type { TaskTypeView } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CATALOG } from './catalog.token.js';

/** What can be done with a photo, and the parameters of each task type with their limits. */
@ApiTags('task types')
@Controller('v1/task-types')
export class TaskTypesController {
  constructor(@Inject(CATALOG) private readonly catalog: Catalog) {}

  @Get()
  list(): { items: TaskTypeView[] } {
    return { items: this.catalog.types().map((type) => type.view) };
  }
}
