import type { PhotoProblem } from '../photo/photo.js';

/** How far the draft album of `#/new` is. */
export interface DraftState {
  /** Null until the API has made it. */
  readonly albumId: string | null;
  /** Why it is not made yet. */
  readonly problem: PhotoProblem | null;
}

/** Tells the page about the draft album. Small, because the home page has it. */
class DraftNews {
  private readonly listeners = new Set<() => void>();
  private state: DraftState = { albumId: null, problem: null };

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): DraftState => this.state;

  tell(state: DraftState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** The one of this page. */
export const draftNews = new DraftNews();
