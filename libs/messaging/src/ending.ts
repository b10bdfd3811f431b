import type { Settlement } from './task-delivery.js';

/** How a message in hand can end: by what the handler decided, or by what the server found. */
export type Ending =
  | Settlement
  | { kind: 'expired' }
  | { kind: 'cancelled' }
  /** To the end of its queue: its worker died twice. */
  | { kind: 'back_in_line' }
  /** This process stops; the task keeps its place. */
  | { kind: 'interrupted' }
  /** Taken ahead, and its turn will not come here; it keeps its place, and nothing is told of it. */
  | { kind: 'withdrawn' }
  | { kind: 'redriven' };
