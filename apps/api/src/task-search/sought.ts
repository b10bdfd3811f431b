import { isFinalState, type FailureCode, type TaskMatch, type TaskState } from '@app/contracts';

/** Which tasks are looked for: those that match everything that is given. Times are epoch milliseconds. */
export interface Sought {
  state?: TaskState | undefined;
  type?: string | undefined;
  failure?: FailureCode | undefined;
  albumId?: string | undefined;
  ownerId?: string | undefined;
  /** From `from` on, before `to`. */
  span?: { of: 'created_at' | 'finished_at'; from?: number | undefined; to?: number | undefined } | undefined;
  /** Only tasks that an operator has discarded, or only others; undefined for both. */
  discarded?: boolean | undefined;
  /** Only some of them (`TaskSearchStore.tell`). */
  words?: Words | undefined;
}

/** Where the words of a search were found: in a column as a whole, or somewhere in the name of a file. */
export type Words =
  { column: 'id' | 'sha256' | 'client_ref'; value: string } | { column: 'filename'; part: string };

/** A filter as operators send it. Its words have to be looked up yet. */
export function toSought(match: TaskMatch): Sought {
  const state = match.state ?? (match.failure === undefined ? undefined : 'failed');
  const isAboutTime = match.from !== undefined || match.to !== undefined;
  return {
    state,
    type: match.type,
    failure: match.failure,
    albumId: match.album?.toLowerCase(),
    ownerId: match.owner?.toLowerCase(),
    span: isAboutTime
      ? {
          of: state !== undefined && isFinalState(state) ? 'finished_at' : 'created_at',
          from: toMs(match.from),
          to: toMs(match.to),
        }
      : undefined,
  };
}

function toMs(iso: string | undefined): number | undefined {
  return iso === undefined ? undefined : Date.parse(iso);
}
