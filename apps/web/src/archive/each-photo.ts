import { ApiProblem } from '../api/api-problem.js';
import type { Photo } from '../photo/photo.js';

/** So many requests are under way at once; more would keep the live socket's news from arriving. */
const AT_ONCE = 4;
/** How long to wait where the API says "too fast" and not for how long. */
const BREATH_MS = 1000;

/** Photos to which it could not be done, and why, as far as the last of them tells. */
export interface EachOutcome {
  readonly done: number;
  readonly left: readonly Photo[];
  readonly problem: ApiProblem | null;
}

interface EachOptions {
  onProgress: (done: number) => void;
  /** Ends it between two photos; the rest is `left`. */
  signal: AbortSignal;
  wait?: (ms: number) => Promise<void>;
}

/**
 * Does the same to many photos, some at a time. A photo that is gone already counts as done; where the API is asked too
 * fast, it waits as long as the API says; without a connection it ends. All other errors are thrown.
 */
export async function eachPhoto(
  photos: readonly Photo[],
  act: (photo: Photo) => Promise<void>,
  { onProgress, signal, wait = pause }: EachOptions,
): Promise<EachOutcome> {
  const waiting = [...photos];
  const left: Photo[] = [];
  let done = 0;
  let problem: ApiProblem | null = null;
  const isOver = () => signal.aborted || problem?.code === 'offline';
  const work = async () => {
    while (!isOver()) {
      const photo = waiting.shift();
      if (photo === undefined) return;
      const trouble = await attempt(photo, act, isOver, wait);
      if (trouble === null) onProgress((done += 1));
      else {
        left.push(photo);
        problem = trouble;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { done, left: [...left, ...waiting], problem };
}

/** Null where it worked. */
async function attempt(
  photo: Photo,
  act: (photo: Photo) => Promise<void>,
  isOver: () => boolean,
  wait: (ms: number) => Promise<void>,
): Promise<ApiProblem | null> {
  for (;;) {
    try {
      await act(photo);
      return null;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.code === 'not_found') return null;
      if (error.code !== 'rate_limited' || isOver()) return error;
      await wait(error.retryAfterMs ?? BREATH_MS);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
