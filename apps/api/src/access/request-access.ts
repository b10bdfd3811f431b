import type { Request } from 'express';
import type { AlbumRow, TaskRow } from '../database/schema.js';
import type { Caller } from './caller.js';

/** What is known about who sends a request and what it is about. */
export interface RequestAccess {
  caller: Caller;
  task?: TaskRow;
  album?: AlbumRow;
}

const OF_REQUEST = new WeakMap<Request, RequestAccess>();

/** Undefined before the caller has been looked up. */
export function accessOf(request: Request): RequestAccess | undefined {
  return OF_REQUEST.get(request);
}

export function setAccess(request: Request, access: RequestAccess): void {
  OF_REQUEST.set(request, access);
}
