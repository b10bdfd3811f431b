import { isFinalState } from '@app/contracts';
import { Controller, Get, Headers, HttpStatus, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags, ApiHeader } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Access } from '../access/access.decorator.js';
import type { Caller } from '../access/caller.js';
import { CurrentAlbum, CurrentCaller, CurrentTask } from '../access/current.decorators.js';
import type { AlbumRow, TaskRow } from '../database/schema.js';
import { ApiProblems } from '../problems/api-problems.decorator.js';
import { EventStreams } from './event-streams.js';
import { albumTopic, taskTopic } from './topic-name.js';

const LAST_EVENT_ID = 'Last-Event-ID';

/** The live messages of one task or album for clients that speak plain HTTP, as server-sent events. */
@ApiTags('live')
@Controller()
export class LiveEventsController {
  constructor(private readonly streams: EventStreams) {}

  @Get('v1/tasks/:id/events')
  @Access('task:view')
  @ApiOperation({
    summary: 'Follow a task',
    description:
      'Server-sent events: `snapshot`, then `step`, `places` and `progress`, each with a JSON object (`LiveMessage`). ' +
      'The stream ends with the task. `id` is the number of the last step; `Last-Event-ID` goes on after it, and is ' +
      'answered with 204 where nothing will follow.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiHeader({ name: LAST_EVENT_ID, required: false })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string' }, description: 'The stream.' })
  @ApiProblems('not_found', 'rate_limited', 'unauthorized')
  task(
    @CurrentTask() task: TaskRow,
    @CurrentCaller() caller: Caller,
    @Headers(LAST_EVENT_ID) lastEventId: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): void {
    const after = toAfter(lastEventId);
    if (after === task.seq && isFinalState(task.state)) {
      response.status(HttpStatus.NO_CONTENT).end();
      return;
    }
    this.streams.open({ topic: taskTopic(task.id).topic, after, caller, request, response });
  }

  @Get('v1/albums/:id/events')
  @Access('album:view')
  @ApiOperation({
    summary: 'Follow an album',
    description:
      'Server-sent events of all photos of an album, as those of a task. The tasks of a large album come in several ' +
      'snapshots; the last one says `complete`. The stream stays open.',
  })
  @ApiParam({ name: 'id', format: 'uuid' })
  @ApiHeader({ name: LAST_EVENT_ID, required: false })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string' }, description: 'The stream.' })
  @ApiProblems('not_found', 'rate_limited', 'unauthorized')
  album(
    @CurrentAlbum() album: AlbumRow,
    @CurrentCaller() caller: Caller,
    @Headers(LAST_EVENT_ID) lastEventId: string | undefined,
    @Req() request: Request,
    @Res() response: Response,
  ): void {
    this.streams.open({
      topic: albumTopic(album.id).topic,
      after: toAfter(lastEventId),
      caller,
      request,
      response,
    });
  }
}

/** What is no number is answered with a snapshot. */
function toAfter(lastEventId: string | undefined): number | undefined {
  if (lastEventId === undefined || lastEventId === '') return undefined;
  return /^\d{1,15}$/.test(lastEventId) ? Number(lastEventId) : Number.NaN;
}
