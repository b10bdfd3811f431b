import type { Request, Response } from 'express';

/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Null on the last page. */
  next_cursor: string | null;
}

/**
 * The page that shows `limit` entries, made of one more than that: the last one only tells that there is more.
 * `cursorAfter` gives the cursor behind an entry.
 */
export function toPage<T>(entries: readonly T[], limit: number, cursorAfter: (last: T) => string): Page<T> {
  const items = entries.slice(0, limit);
  const last = items.at(-1);
  const next_cursor = entries.length > limit && last !== undefined ? cursorAfter(last) : null;
  return { items, next_cursor };
}

/** Says in the header `Link` (RFC 8288) where the next page is. */
export function linkNextPage(request: Request, response: Response, nextCursor: string | null): void {
  if (nextCursor === null) return;
  const query = new URLSearchParams(request.originalUrl.split('?', 2)[1]);
  query.set('cursor', nextCursor);
  response.setHeader('Link', `<${request.path}?${query.toString()}>; rel="next"`);
}
