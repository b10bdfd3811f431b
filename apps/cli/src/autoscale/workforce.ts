import type { Look } from './look.js';
import type { Staff } from './scaling-decision.js';

/** What became of a step, in words that go on after a comma or a full stop. */
export interface StepOutcome {
  done: boolean;
  words: string;
}

/** Workers that can be made more and fewer: processes of this machine, or what a command looks after. */
export interface Workforce extends Staff {
  /** How it stands at this moment; everything else goes by the last one. */
  hear(look: Look): void;
  grow(): Promise<StepOutcome>;
  /** Only a worker that does nothing may go. */
  shrink(): Promise<StepOutcome>;
  /** Sees after them; called every second, and never twice at once. */
  tend(): Promise<void>;
  /** No more decisions will come. */
  end(): Promise<void>;
}
