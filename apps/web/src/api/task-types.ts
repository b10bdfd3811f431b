import type { TaskTypeView } from '@app/contracts';
import { useQuery } from '@tanstack/react-query';
import { ApiProblem } from './api-problem.js';
import { callApi } from './call-api.js';

/** Without them nobody can choose anything, so they are asked for again as long as the API is away. */
const ASK_AGAIN_MS = 3000;

/** What can be made of photos here, in the order in which the API lists it. */
export async function readTaskTypes(): Promise<TaskTypeView[]> {
  return (await callApi<{ items: TaskTypeView[] }>('/v1/task-types')).items;
}

/** `types` is null until the API has answered once; a later problem leaves what is known. */
export function useTaskTypes(): { types: readonly TaskTypeView[] | null; problem: ApiProblem | null } {
  const { data, error } = useQuery({
    queryKey: ['task-types'],
    queryFn: readTaskTypes,
    staleTime: 10 * 60_000,
    retry: false,
    // Browsers take "no network" for "offline", and the API may be on this very machine.
    networkMode: 'always',
    refetchInterval: (query) => (query.state.status === 'error' ? ASK_AGAIN_MS : false),
  });
  if (error !== null && !(error instanceof ApiProblem)) throw error;
  return { types: data ?? null, problem: error };
}
