import type { AlbumView, SessionView } from '@app/contracts';
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import { useEffect } from 'react';
import { listAlbums, readAlbum } from '../api/albums.js';
import { ApiProblem } from '../api/api-problem.js';
import { callApi } from '../api/call-api.js';
import { deviceStore } from '../device/device-store.js';
import { useMyAlbums } from '../device/my-albums.js';
import { mergeAlbums, type ShelvedAlbum } from './merge-albums.js';

const HAD_ALBUMS_KEY = 'photo-repair.had-albums';
/** While photos are under way, and else: another device, or this page itself, may be sending some. */
const LOOK_AGAIN_MS = 4000;
const LOOK_NOW_AND_THEN_MS = 20_000;

/** Whoever waits for their albums does not have to do anything when the API is back. */
const UNTIL_IT_ANSWERS = {
  staleTime: 0,
  // Browsers take "no network" for "offline", and the API may be on this very machine.
  networkMode: 'always',
  retry: (_: number, problem: Error) => problem instanceof ApiProblem && problem.code === 'offline',
  retryDelay: 3000,
} as const;

type AlbumPage = Awaited<ReturnType<typeof listAlbums>>;

/** The albums of the home page. */
export interface Shelf {
  readonly albums: readonly ShelvedAlbum[];
  /** Ids of albums of others whose link has ended, or that are erased. */
  readonly ended: readonly string[];
  /** Nothing is known yet; from an earlier visit we know that there will be something. */
  readonly isComing: boolean;
  /** Nothing could be read so far; it is tried again all the time. */
  readonly isAway: boolean;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
}

/** Reads the own albums and those that links have opened here; looks again while photos are under way. */
export function useShelf(): Shelf {
  const remembered = useMyAlbums();
  const own = useInfiniteQuery({
    queryKey: ['albums'],
    queryFn: ({ pageParam }) => readOwnPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page: AlbumPage) => page.next_cursor,
    ...UNTIL_IT_ANSWERS,
    refetchInterval: ({ state }) =>
      state.data?.pages.some(({ items }) => items.some(isUnderWay)) ? LOOK_AGAIN_MS : LOOK_NOW_AND_THEN_MS,
  });
  const shared = useQueries({
    queries: remembered.map(({ id }) => ({
      queryKey: ['shared-album', id],
      queryFn: () => readAlbum(id),
      ...UNTIL_IT_ANSWERS,
      refetchInterval: ({ state }: { state: { data: AlbumView | undefined } }) =>
        state.data && isUnderWay(state.data) ? LOOK_AGAIN_MS : LOOK_NOW_AND_THEN_MS,
    })),
  });

  const ownAlbums = own.data?.pages.flatMap(({ items }) => items) ?? [];
  const isKnown = own.data !== undefined && shared.every(({ isPending }) => !isPending);
  const isEmpty = ownAlbums.length === 0 && remembered.length === 0;
  useEffect(() => {
    if (isKnown) rememberWhether(!isEmpty);
  }, [isKnown, isEmpty]);
  return {
    albums: mergeAlbums(
      ownAlbums,
      shared.flatMap(({ data }) => data ?? []),
      own.hasNextPage,
    ),
    ended: remembered.filter((_, index) => isGone(shared[index]?.error)).map(({ id }) => id),
    isComing:
      own.data === undefined && (deviceStore.getItem(HAD_ALBUMS_KEY) !== null || remembered.length > 0),
    isAway: own.data === undefined && (own.failureReason !== null || own.error !== null),
    hasMore: own.hasNextPage,
    isLoadingMore: own.isFetchingNextPage,
    loadMore: () => void own.fetchNextPage(),
  };
}

/** Who has never added a photo is nobody to the API, and nobody has no albums. */
async function readOwnPage(cursor: string | null): Promise<AlbumPage> {
  const { kind } = await callApi<SessionView>('/v1/session');
  return kind === 'none' ? { items: [], next_cursor: null } : listAlbums(cursor);
}

/** Whether something of it will change soon. An album is empty for a moment only: its photos are being sent. */
function isUnderWay({ counts }: AlbumView): boolean {
  return counts.queued + counts.running > 0 || counts.total === 0;
}

function isGone(problem: unknown): boolean {
  return problem instanceof ApiProblem && (problem.code === 'not_found' || problem.code === 'unauthorized');
}

function rememberWhether(hasAlbums: boolean): void {
  try {
    if (hasAlbums) deviceStore.setItem(HAD_ALBUMS_KEY, 'yes');
    else deviceStore.removeItem(HAD_ALBUMS_KEY);
  } catch (error) {
    // The next visit begins with the words for a first one, for the moment until the albums are read.
    console.warn('This device is full.', error);
  }
}
