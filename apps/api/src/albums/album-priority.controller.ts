import { Body, Controller, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { validate as isUuid } from 'uuid';
import { Access } from '../access/access.decorator.js';
import { CurrentOwner } from '../access/current.decorators.js';
import type { OwnerRow } from '../database/schema.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { ProblemException } from '../problems/problem.exception.js';
import { AlbumPriorityChangedDto, AlbumPriorityDto } from './album-priority.dto.js';
import { AlbumPriorityService } from './album-priority.service.js';

/** What operators do to albums. */
@ApiTags('admin')
@ApiBearerAuth()
@Controller('v1/admin/albums/:id')
export class AlbumPriorityController {
  constructor(private readonly priorities: AlbumPriorityService) {}

  /**
   * Gives every photo of an album that waits another priority, and those that are added later, whatever is asked for with
   * them. What RabbitMQ has got already keeps its place.
   */
  @Put('priority')
  @Access('operator')
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiResponse({ status: 200, type: AlbumPriorityChangedDto })
  @ApiProblems('invalid_request', 'unauthorized', 'forbidden', 'foreign_site', 'not_found', 'rate_limited')
  async set(
    @Param('id') id: string,
    @Body() { priority, note }: AlbumPriorityDto,
    @CurrentOwner() by: OwnerRow,
  ): Promise<AlbumPriorityChangedDto> {
    const chosen = { albumId: id.toLowerCase(), priority, by, note: note ?? null };
    const changed = isUuid(id) ? await this.priorities.set(chosen) : undefined;
    if (changed === undefined) throw new ProblemException('not_found');
    return { changed };
  }
}
