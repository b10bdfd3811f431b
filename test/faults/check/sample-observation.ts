import type { Submission } from '../clients/history.js';
import type {
  Answer,
  Expectations,
  Observation,
  ResultFile,
  StateEvent,
  StoredStep,
  StoredTask,
} from './observation.js';

const ID = '0190c0de-0000-7000-8000-000000000001';
const ALBUM = '0190c0de-0000-7000-8000-00000000000a';
const KEY = `results/${ID}.0123456789abcdef.png`;

/** One photo that one client sent and that succeeded: everything is as it should be. */
export function sampleObservation(): SampleParts & { seen: Observation; expected: Expectations } {
  const submission: Submission = {
    client: 'client-1',
    photo: 1,
    taskType: 'person',
    key: 'key-1',
    requests: [
      { startedAt: 1, endedAt: 2, end: { kind: 'unknown', reason: 'ECONNRESET' } },
      { startedAt: 3, endedAt: 4, end: { kind: 'accepted', taskId: ID } },
    ],
    isConfirmed: false,
    erased: false,
  };
  const task: StoredTask = {
    id: ID,
    type: 'person',
    state: 'succeeded',
    attempts: 1,
    retryAt: null,
    seq: 4,
    failure: null,
    originalSha256: 'photo 1',
    result: { key: KEY, sha256: 'result file' },
  };
  const file: ResultFile = { taskId: ID, key: KEY, sha256: 'result file', pixels: 'colours of 1' };
  const events = [event('started'), succeeded('result file')];
  const steps = [step(1, 'submitted'), step(2, 'dispatched'), step(3, 'started'), step(4, 'succeeded')];
  const original = { key: `originals/${ID}.jpg`, taskId: ID };
  const seen: Observation = {
    submissions: [submission],
    tasks: [task],
    steps,
    albums: [{ id: ALBUM, seq: 4, photos: 1 }],
    notSent: 0,
    inLine: [{ api: 'api-1', waiting: 0 }],
    figures: [],
    idleWaits: [{ taskId: ID, from: 10, to: 20 }],
    files: [original, { key: KEY, taskId: ID }],
    enginePictures: [`${ID}.png`],
    queues: [{ queue: 'photo_repair.work.person', ready: 0, unacked: 0 }],
    parked: [],
    questions: [],
    answers: [],
    outputs: [],
    notDelivered: 0,
    temporary: [],
    originals: new Map([[ID, 'photo 1']]),
    results: [file],
    events,
    sightings: new Map([
      [
        ID,
        [
          { state: 'queued', resultSha256: null },
          { state: 'running', resultSha256: null },
          { state: 'succeeded', resultSha256: 'result file' },
        ],
      ],
    ]),
    engineRuns: new Map([[1, 1]]),
  };
  const expected: Expectations = {
    photos: new Map([[1, { sha256: 'photo 1', resultSha256: 'colours of 1' }]]),
    mayEndAs: () => ['succeeded'],
    mostAttempts: 3,
    mostEngineRuns: 3,
    expectedParked: [],
    mostIdleMs: 10,
    mostCutShort: 0,
    keptInInbox: 0,
    faultsEndedAt: 0,
  };
  return { id: ID, submission, task, file, seen, expected };
}

/** A question about the sample's photo was told its outcome there. */
export function answer(by: string, changed: Partial<Answer> = {}): Answer {
  return {
    key: 'question-1',
    by,
    taskId: ID,
    outcome: 'succeeded',
    resultSha256: 'result file',
    noticeId: `notice at ${by}`,
    isTaken: true,
    authentic: true,
    ...changed,
  };
}

/** Where steps lead, but for those that lead to the line. */
const STATES: Partial<Record<StoredStep['step'], StoredStep['state']>> = {
  started: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
};

interface SampleParts {
  id: string;
  submission: Submission;
  task: StoredTask;
  file: ResultFile;
}

type Told<K extends StateEvent['kind']> = Extract<StateEvent, { kind: K }>;

/** An event of the sample's task that says nothing beside its kind. */
export function event<K extends 'started' | 'expired' | 'cancelled' | 'redriven'>(kind: K, run = 1): Told<K> {
  return { ...base(run), kind } as Told<K>;
}

/** A step of the sample's task, which is alone in its album. */
export function step(seq: number, name: StoredStep['step'], state = STATES[name] ?? 'queued'): StoredStep {
  return { taskId: ID, seq, albumId: ALBUM, albumSeq: seq, step: name, state, at: seq };
}

export function succeeded(sha256: string): StateEvent {
  const result = { key: KEY, mediaType: 'image/png' as const, width: 1, height: 1, bytes: 1, sha256 };
  return { ...base(1), kind: 'succeeded', result, engine: { name: 'built-in', version: '0.1.0' } };
}

export function failed(attempt = 1): StateEvent {
  return { ...base(attempt), attempt, kind: 'failed', failure: { code: 'unknown', message: 'no' } };
}

function base(run: number) {
  const at = '2026-01-01T00:00:00.000Z';
  return { version: 1 as const, taskId: ID, taskType: 'person', at, attempt: 1, run, worker: 'worker-1' };
}
