import type { TaskEvent, TaskState, TaskStep } from '@app/contracts';
import type { Submission } from '../clients/history.js';

/** A task as the store has it. */
export interface StoredTask {
  id: string;
  type: string;
  state: TaskState;
  attempts: number;
  /** Until when (epoch milliseconds) it waits out a failed attempt. */
  retryAt: number | null;
  /** The number of its last step. */
  seq: number;
  /** Why it failed: code and words. */
  failure: string | null;
  /** Digest of the photo as it was sent, from its reference. */
  originalSha256: string;
  result: { key: string; sha256: string } | null;
}

/** One step of a task, from its log. */
export interface StoredStep {
  taskId: string;
  seq: number;
  albumId: string | null;
  albumSeq: number | null;
  step: TaskStep;
  /** After it. */
  state: TaskState;
  /** Epoch milliseconds. */
  at: number;
}

export interface StoredAlbum {
  id: string;
  /** The number of its last step. */
  seq: number;
  photos: number;
}

/** A task that waited for so long while a worker had nothing to do (epoch milliseconds). */
export interface IdleWait {
  taskId: string;
  from: number;
  to: number;
}

/** A file of the artifact store that belongs to a task, or to none. */
export interface TaskFile {
  key: string;
  taskId: string;
}

/** A message count of the broker's. */
export interface QueueReading {
  queue: string;
  ready: number;
  unacked: number;
}

/** A result picture that lies in the artifact store, referred to or not. */
export interface ResultFile {
  taskId: string;
  key: string;
  /** Of the file. */
  sha256: string;
  /** Of its pixels. */
  pixels: string;
}

/** What the store said of a task at some moment; kept when it differs from what it said before. */
export interface Sighting {
  state: TaskState;
  resultSha256: string | null;
}

/** A message in the parking queue. */
export interface ParkedMessage {
  messageId: string;
  reason: string;
}

export type StateEvent = Exclude<TaskEvent, { kind: 'progress' }>;

/** Everything that is left when a scenario is over: what the clients know, and what lies in which place. */
export interface Observation {
  submissions: readonly Submission[];
  tasks: readonly StoredTask[];
  /** Of each task in its order. */
  steps: readonly StoredStep[];
  albums: readonly StoredAlbum[];
  notSent: number;
  /** How many wait in line, by each API. */
  inLine: readonly { api: string; waiting: number }[];
  idleWaits: readonly IdleWait[];
  /** What lies in the artifact store. */
  files: readonly TaskFile[];
  /** Pictures in the engine's folders, by name. */
  enginePictures: readonly string[];
  /** All queues but parking and the witness. */
  queues: readonly QueueReading[];
  parked: readonly ParkedMessage[];
  /** Digests of the files of originals, by task id. */
  originals: ReadonlyMap<string, string>;
  results: readonly ResultFile[];
  /** The state events in the order of the broker. */
  events: readonly StateEvent[];
  /** By task id, in the order of time. */
  sightings: ReadonlyMap<string, readonly Sighting[]>;
  /** How often the engine worked on a photo, by its number. */
  engineRuns: ReadonlyMap<number, number>;
}

/** What a scenario says about how its tasks may end. */
export interface Expectations {
  /** By number: the digest of the photo's file, and of the pixels of its result. */
  photos: ReadonlyMap<number, { sha256: string; resultSha256: string }>;
  /** The final states that a photo may reach; `succeeded` unless a scenario says otherwise. */
  mayEndAs: (photo: number, task: StoredTask) => readonly TaskState[];
  /** Attempts of a task at most: one and its retries. */
  mostAttempts: number;
  /** How often an engine may work on one photo at most: attempts, and one more for each fault that can cut one short. */
  mostEngineRuns: number;
  /** Messages that a scenario put into the broker itself and expects to find parked. */
  expectedParked: readonly string[];
  /** How long a task may wait at most while a worker has nothing to do. */
  mostIdleMs: number;
  /** What waited before that (epoch milliseconds) had a reason. */
  faultsEndedAt: number;
}
