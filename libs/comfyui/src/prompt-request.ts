import type { EngineFile } from '@app/contracts';
import type { CancelOutcome } from './cancel-prompt.js';
import type { ImageLimits, PromptImage } from './download-images.js';
import type { PromptLimits } from './prompt-deadlines.js';
import type { PromptProgress } from './prompt-progress.js';
import type { ComfyGraph } from './protocol.js';

/** A run's limits; passing a time limit cancels the prompt and gives `timed_out`. */
export interface RunPromptLimits extends PromptLimits, Partial<ImageLimits> {
  /** How long the engine may give no answer before the prompt is given up; 30 s by default. */
  unreachableMs?: number;
  /** How long a cancelled prompt is watched until it has ended; 15 s by default. */
  cancelMs?: number;
}

/** One run of one graph. */
export interface RunPromptRequest {
  graph: ComfyGraph;
  /** A lowercase UUID, new for every prompt. */
  promptId: string;
  /** The node whose images are the result. */
  outputNodeId: string;
  /** Aborting cancels the prompt in the engine before `runPrompt` rejects with the signal's reason. */
  signal?: AbortSignal;
  limits: RunPromptLimits;
  /**
   * Resolves when the prompt's turn has come, where it was submitted ahead of it: `queuedMs` counts from then, and
   * until then the prompt may wait behind our own for as long as they take. Without it the turn comes with the
   * engine's acceptance. A prompt that the engine starts has begun, whatever the turn. A rejection is not looked at:
   * who withdraws a prompt aborts the signal.
   */
  turn?: Promise<void>;
  /** Called when the stage or the whole percent changes. One that throws ends the run: it cancels the prompt. */
  onProgress?: (progress: PromptProgress) => void;
  /** Called when the prompt had to be cancelled, with what the engine showed afterwards. */
  onCancel?: (outcome: CancelOutcome['state']) => void;
  /**
   * Called once, as soon as the engine is known to be done with the prompt: it succeeded or failed (the downloads
   * come after), was cancelled, or is in neither queue nor history. Not called for a prompt that the engine never
   * took, nor where it may still have it (it does not stop, or cannot be asked). One that throws ends the run.
   */
  onLeft?: () => void;
}

/** What a successful run gives. */
export interface PromptResult {
  /** At least one, in the node's order. */
  images: PromptImage[];
  /** Every file that the prompt's nodes made in the engine, those of the images among them. */
  files: EngineFile[];
}

/** As for a run, but for the graph, which the engine has. */
export type ResumePromptRequest = Omit<RunPromptRequest, 'graph'>;

const PROMPT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws the signal's reason where it is aborted, and a TypeError for an id that no engine takes. */
export function checkRequest({ signal, promptId }: ResumePromptRequest): void {
  signal?.throwIfAborted();
  if (!PROMPT_ID.test(promptId)) throw new TypeError('A prompt id is a lowercase UUID');
}
