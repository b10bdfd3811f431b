import type { ApiKeyGroupView } from '@app/contracts';
import type { Catalog } from '@app/workflow-catalog';
import { Body, Controller, Get, Inject, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { OwnerRow } from '../database/schema.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { Access } from './access.decorator.js';
import { CurrentOwner } from './current.decorators.js';
import { GROUP_NAME, GroupDto, GroupTypesDto } from './group.dto.js';
import { GroupsStore } from './groups.store.js';
import { requireTaskTypes } from './require-task-types.js';

/** Which workflow a group of API keys gets under the name of a task type. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin/groups')
export class GroupsController {
  constructor(
    private readonly groups: GroupsStore,
    @Inject(CATALOG) private readonly catalog: Catalog,
  ) {}

  @Get(':name')
  @Access('viewer')
  @ApiResponse({ status: 200, type: GroupDto })
  @ApiProblems('unauthorized', 'forbidden', 'not_found', 'rate_limited')
  async read(@Param('name') name: string): Promise<ApiKeyGroupView> {
    const types = await this.groups.find(name);
    if (types === undefined) throw new ProblemException('not_found');
    return { name, task_types: types };
  }

  /** Tasks that are in line already keep their workflow. */
  @Put(':name')
  @Access('operator')
  @ApiResponse({ status: 200, type: GroupDto })
  @ApiProblems(
    'unauthorized',
    'forbidden',
    'not_found',
    'invalid_request',
    'unknown_task_type',
    'foreign_site',
    'rate_limited',
  )
  async put(
    @Param('name') name: string,
    @Body() { task_types }: GroupTypesDto,
    @CurrentOwner() by: OwnerRow,
  ): Promise<ApiKeyGroupView> {
    if (!GROUP_NAME.test(name)) throw new ProblemException('not_found');
    const types = task_types as Record<string, string>;
    requireTaskTypes(this.catalog, [...Object.keys(types), ...Object.values(types)], '/task_types');
    await this.groups.put(name, types, by);
    return { name, task_types: types };
  }
}
