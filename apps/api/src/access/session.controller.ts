import type { SessionView } from '@app/contracts';
import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { Access } from './access.decorator.js';
import type { Caller } from './caller.js';
import { CurrentCaller } from './current.decorators.js';
import { SessionDto } from './session.dto.js';

/** Who the caller is. */
@ApiTags('session')
@Controller('v1/session')
export class SessionController {
  @Get()
  @Access('public')
  @ApiResponse({ status: 200, type: SessionDto })
  @ApiProblems('unauthorized', 'rate_limited')
  read(@CurrentCaller() caller: Caller): SessionView {
    return toSession(caller);
  }

  /**
   * Gives a new visitor its cookie. Ask for it before the first photo: whoever sends a photo again without knowing who
   * it was, for want of an answer, is somebody else, and the same Idempotency-Key is another one then.
   */
  @Post()
  @HttpCode(200)
  @Access('create')
  @ApiResponse({ status: 200, type: SessionDto })
  @ApiProblems('unauthorized', 'forbidden', 'read_only_link', 'foreign_site', 'rate_limited')
  begin(@CurrentCaller() caller: Caller): SessionView {
    return toSession(caller);
  }
}

function toSession({ owner, link }: Caller): SessionView {
  return {
    kind: owner?.kind ?? (link === null ? 'none' : 'link'),
    role: owner?.role ?? 'user',
    name: owner?.name ?? '',
    max_priority: owner?.max_priority ?? 0,
    album: link && { id: link.albumId, access: link.access },
  };
}
