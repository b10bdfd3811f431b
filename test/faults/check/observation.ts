import type { TaskEvent, TaskState } from '@app/contracts';
import type { Submission } from '../clients/history.js';

/** A task as the store has it. */
export interface StoredTask {
  id: string;
  type: string;
  state: TaskState;
  attempts: number;
  /** Why it failed: code and words. */
  failure: string | null;
  /** Digest of the photo as it was sent, from its reference. */
  originalSha256: string;
  result: { key: string; sha256: string } | null;
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
  outbox: number;
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
}
