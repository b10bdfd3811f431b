import type {
  AlbumView,
  AuditEntryView,
  FailureGroupView,
  HistoryView,
  OperationView,
  OperatorDeliveryView,
  OperatorTaskDetailView,
  OperatorTaskView,
  OverviewView,
  PauseView,
  SessionView,
  TaskMatch,
  WorkerView,
  WorkflowsView,
} from '@app/contracts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Page } from '../../api/albums.js';
import { ask } from './ask.js';
import { queryString } from './query-string.js';

const SOON_MS = 3000;
const CALM_MS = 5000;
/** What changes with people, not with photos. */
const SLOW_MS = 60_000;
const PAGE_SIZE = 50;

/**
 * What all readings have in common: what was read stays until there is newer, a reading that fails is tried at the next
 * turn, and nothing is read while nobody sees the tab (`refetchIntervalInBackground` is off by default).
 */
const steady = {
  staleTime: 0,
  retry: false,
  networkMode: 'always',
} as const;

/** Of what is narrowed by a filter: what was seen before stays until there is an answer to the new one. */
const kept = { ...steady, placeholderData: keepPreviousData } as const;

const admin = (path: string) => `/v1/admin/${path}`;
const items = async <T>(path: string, signal: AbortSignal) =>
  (await ask<{ items: T[] }>(admin(path), { signal })).items;

export const sessionQuery = () =>
  queryOptions({
    ...steady,
    queryKey: ['operator', 'session'],
    queryFn: ({ signal }) => ask<SessionView>('/v1/session', { signal }),
    refetchInterval: SLOW_MS,
  });

export const overviewQuery = () =>
  queryOptions({
    ...steady,
    queryKey: ['operator', 'overview'],
    queryFn: ({ signal }) => ask<OverviewView>(admin('overview'), { signal }),
    refetchInterval: SOON_MS,
  });

export const workersQuery = () =>
  queryOptions({
    ...steady,
    queryKey: ['operator', 'workers'],
    queryFn: ({ signal }) => items<WorkerView>('workers', signal),
    refetchInterval: SOON_MS,
  });

export const pausesQuery = () =>
  queryOptions({
    ...steady,
    queryKey: ['operator', 'pauses'],
    queryFn: ({ signal }) => items<PauseView>('pauses', signal),
    refetchInterval: SOON_MS,
  });

export const historyQuery = (type: string | null) =>
  queryOptions({
    ...kept,
    queryKey: ['operator', 'history', type],
    queryFn: ({ signal }) =>
      ask<HistoryView>(admin(`history${queryString({ hours: 24, type })}`), { signal }),
    refetchInterval: SLOW_MS,
  });

export const failuresQuery = (filter: { from?: string; type?: string }) =>
  queryOptions({
    ...kept,
    queryKey: ['operator', 'failures', filter],
    queryFn: async ({ signal }) =>
      (await ask<{ groups: FailureGroupView[] }>(admin(`failures${queryString(filter)}`), { signal })).groups,
    refetchInterval: CALM_MS,
  });

export const operationsQuery = () =>
  queryOptions({
    ...steady,
    queryKey: ['operator', 'operations'],
    queryFn: ({ signal }) => items<OperationView>('operations', signal),
    refetchInterval: (query) =>
      query.state.data?.some(({ state }) => state === 'running') === true ? 1000 : CALM_MS,
  });

export const taskQuery = (id: string) =>
  queryOptions({
    ...steady,
    queryKey: ['operator', 'task', id],
    queryFn: ({ signal }) =>
      ask<OperatorTaskDetailView>(admin(`tasks/${encodeURIComponent(id)}`), { signal }),
    refetchInterval: SOON_MS,
  });

export const albumQuery = (id: string) =>
  queryOptions({
    ...steady,
    queryKey: ['operator', 'album', id],
    queryFn: ({ signal }) => ask<AlbumView>(`/v1/albums/${encodeURIComponent(id)}`, { signal }),
  });

export const workflowsQuery = () =>
  queryOptions({
    ...steady,
    queryKey: ['operator', 'workflows'],
    queryFn: ({ signal }) => ask<WorkflowsView>(admin('workflows'), { signal }),
    refetchInterval: CALM_MS,
  });

/** A list that goes on where it ended; asked for again as a whole, so that it has neither gaps nor doubles. */
function listQuery<T>(name: string, filter: Readonly<Record<string, string | undefined>>, everyMs: number) {
  return infiniteQueryOptions({
    ...kept,
    queryKey: ['operator', name, filter],
    queryFn: ({ pageParam, signal }) =>
      ask<Page<T>>(admin(`${name}${queryString({ ...filter, cursor: pageParam, limit: PAGE_SIZE })}`), {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next_cursor }) => next_cursor,
    refetchInterval: everyMs,
  });
}

export const tasksQuery = (match: TaskMatch) => listQuery<OperatorTaskView>('tasks', { ...match }, CALM_MS);

export const deliveriesQuery = (filter: { state?: string; host?: string }) =>
  listQuery<OperatorDeliveryView>('deliveries', filter, CALM_MS);

export const auditQuery = () => listQuery<AuditEntryView>('audit', {}, CALM_MS);
