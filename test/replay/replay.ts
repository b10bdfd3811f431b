import type { ComfyEvent, ComfyGraph, HistoryEntry } from '@app/comfyui';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of one moment of a recording is played: a frame to the submitter, or a change of the engine's own state. */
export type Step = { t: number } & (
  | { frame: ComfyEvent }
  /** A preview: kind 1 names nobody, kind 4 names its prompt. */
  | { binary: number; metadata?: Record<string, unknown> }
  | { truth: 'running' | 'finished' | 'gone' | 'restarted' }
  /** Prompts of others that run and wait. */
  | { others: [running: number, pending: number] }
  | { cut: true }
);

/** What the client has to end with, decided by hand from what the recorded engine did. */
export type Expected = { images: string[] } | { code: string; node?: string };

export interface Capabilities {
  /** GET /api/jobs/{id} (v0.6.0). */
  jobs: boolean;
  /** POST /api/jobs/{id}/cancel (v0.26.0). */
  cancel: boolean;
  /** An interrupt that names a prompt hits no other (v0.3.57). */
  aimedInterrupt: boolean;
}

/** One prompt of a recording of a real ComfyUI, from its submission to its end. Times are milliseconds, gaps cut to 250. */
export interface Replay {
  name: string;
  promptId: string;
  graph: ComfyGraph;
  outputNodeId: string;
  timeline: Step[];
  /** What the history said of it; null for one that never got there. */
  entry: HistoryEntry | null;
  expected: Expected;
  has: Capabilities;
  /** Its files had been deleted. */
  filesAreGone?: boolean;
}

const FOLDER = join(import.meta.dirname, '../fixtures/comfyui/replays');

/** Every recorded prompt there is. */
export function loadReplays(): Replay[] {
  return readdirSync(FOLDER)
    .sort()
    .flatMap((file) => {
      const recording = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as {
        has: Capabilities;
        replays: Omit<Replay, 'has'>[];
      };
      return recording.replays.map((replay) => ({ ...replay, has: recording.has }));
    });
}

/** The steps that a socket hears, by their place in the timeline. */
export function framesOf({ timeline }: Replay): number[] {
  return timeline.flatMap((step, index) => ('frame' in step || 'binary' in step ? [index] : []));
}
