import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { AlbumRow, OwnerRow, TaskRow } from '../database/schema.js';
import type { Caller } from './caller.js';
import { accessOf, type RequestAccess } from './request-access.js';

/** Who sent the request. */
export const CurrentCaller = createParamDecorator((_: undefined, context: ExecutionContext): Caller => {
  return current(context).caller;
});

/** The visitor or the API key that sent the request: on routes of the rules `create` and `owner`. */
export const CurrentOwner = createParamDecorator((_: undefined, context: ExecutionContext): OwnerRow => {
  return present(current(context).caller.owner, 'owner');
});

/** The task that `:id` names: on routes of the rules `task:…`. */
export const CurrentTask = createParamDecorator((_: undefined, context: ExecutionContext): TaskRow => {
  return present(current(context).task, 'task');
});

/** The album that `:id` names: on routes of the rules `album:…`. */
export const CurrentAlbum = createParamDecorator((_: undefined, context: ExecutionContext): AlbumRow => {
  return present(current(context).album, 'album');
});

function current(context: ExecutionContext): RequestAccess {
  return present(accessOf(context.switchToHttp().getRequest<Request>()), 'caller');
}

function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`The rule of this route gives it no ${what}.`);
  return value;
}
