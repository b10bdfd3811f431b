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

/** What the metrics of an API say of tasks, by type, or by type and state (`person succeeded`); what is not there is 0. */
export interface ApiFigures {
  api: string;
  /** It was never started again, so that its counters count everything. */
  isWhole: boolean;
  inState: ReadonlyMap<string, number>;
  submitted: ReadonlyMap<string, number>;
  finished: ReadonlyMap<string, number>;
}

/** A message in the parking queue. */
export interface ParkedMessage {
  messageId: string;
  reason: string;
}

/** Something that a program of another system handed in for good: the broker or Redis has confirmed it. */
export interface Question {
  /** By what an answer to it is known. */
  key: string;
  /** Null for what has to be refused: there is no task of it. */
  photo: number | null;
  /** In how many places it has to be told the outcome: once by each of these names. */
  told: readonly string[];
  /** Whether the result is to be written for it as a file. */
  wantsFile: boolean;
}

/** An outcome that such a program was told. */
export interface Answer {
  /** That of the question. */
  key: string;
  /** One of `Question.told`. */
  by: string;
  taskId: string | null;
  outcome: string;
  /** Of the result's file; null where the place does not say it. */
  resultSha256: string | null;
  /** The same in each repetition; null where the place promises none. */
  noticeId: string | null;
  /** Whether that is settled; what was not taken comes again. */
  isTaken: boolean;
  /** Whether it could be checked that it is ours. */
  authentic: boolean;
}

/** A picture that was written for a program of another system. */
export interface OutputFile {
  /** That of the question. */
  key: string;
  /** The photo of which it is the result, as far as can be told; null for none. */
  photo: number | null;
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
  figures: readonly ApiFigures[];
  idleWaits: readonly IdleWait[];
  /** What lies in the artifact store. */
  files: readonly TaskFile[];
  /** Pictures in the engine's folders, by name. */
  enginePictures: readonly string[];
  /** All queues but parking and the witness, and what other systems have of that kind. */
  queues: readonly QueueReading[];
  parked: readonly ParkedMessage[];
  questions: readonly Question[];
  answers: readonly Answer[];
  outputs: readonly OutputFile[];
  /** Outcomes that are still to be delivered. */
  notDelivered: number;
  /** Files that are of use only while something is under way. */
  temporary: readonly string[];
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
  /**
   * Photos that were being taken in when their process was killed: each may leave a file behind, until it is swept.
   * Undefined where all came in requests, which tell by their ends.
   */
  mostCutShort: number | undefined;
  /** Photos that the bridge has handed on and that were refused: they are kept with their parked messages. */
  keptInInbox: number;
  /** What waited before that (epoch milliseconds) had a reason. */
  faultsEndedAt: number;
}
