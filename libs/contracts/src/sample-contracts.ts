const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const OTHER = '0d4a7f4e-6c0a-4d3a-8a3c-0d6f1c2b3a40';
const AT = '2026-01-02T03:04:05.000Z';
const PICTURE = { width: 4, height: 3, bytes: 5, sha256: 'a'.repeat(64) };

/** A picture in the store. */
export const SAMPLE_RESULT = {
  key: `results/${ID}.0123456789abcdef.png`,
  mediaType: 'image/png',
  ...PICTURE,
};

const FAILURE = { code: 'bad_image', message: 'It is torn.', node: { id: '6', type: 'DDColor_Colorize' } };
const ENGINE = { name: 'built-in', version: '1', colouring: 'preview' };
const PARAMETERS = { size: 512 };

const EVENT = {
  version: 1,
  taskId: ID,
  taskType: 'person',
  at: AT,
  attempt: 1,
  run: 1,
  worker: 'w1',
  gpu: null,
};
/** The event that a run has begun; each other has these fields too. */
export const SAMPLE_STARTED = { ...EVENT, kind: 'started' };

const TOLD = { version: 1, origin: OTHER };
const TASK = { taskId: ID, taskType: 'person', albumId: null };
const ORDERS = { version: 1, workers: ['w1'], taskTypes: ['person'] };
const FILE = { name: 'a.png', subfolder: '', type: 'output' };

const STATUS = {
  version: 1,
  kind: 'worker',
  worker: 'w1',
  process: OTHER,
  taskTypes: ['person'],
  concurrency: 1,
  lookahead: 1,
  running: [{ taskId: ID, taskType: 'person', since: AT, stage: 'running' }],
  engines: [{ address: 'http://gpu:8188', reachable: true, device: 'cpu', memoryTotal: 2, memoryFree: 1 }],
  tap: 'closed',
  closedBecause: 'gpu_memory',
  at: AT,
};

const EXPORTED_PICTURE = { media_type: 'image/png', ...PICTURE };
const EXPORTED = {
  version: 1,
  id: ID,
  type: 'person',
  status: 'succeeded',
  priority: 0,
  filename: 'a.png',
  client_ref: null,
  parameters: PARAMETERS,
  adjusted: [{ name: 'size', sent: 500, used: 512 }],
  album: { id: OTHER, title: 'Holidays' },
  owner: { id: OTHER, name: 'museum' },
  attempts: 1,
  error: null,
  engine: ENGINE,
  discarded_at: null,
  created_at: AT,
  started_at: AT,
  finished_at: AT,
  original: EXPORTED_PICTURE,
  result: EXPORTED_PICTURE,
  timeline: [
    { step: 'succeeded', status: 'succeeded', at: AT, attempt: 1, by: 'w1', gpu: null, reason: null },
  ],
};

/** For tests: one of each kind of what crosses between programs or lies in a store, by the name of its schema. */
export const SAMPLE_CONTRACTS: Record<string, readonly object[]> = {
  cancelMarkSchema: [{ version: 1, again: 1 }],
  engineErasedSchema: [
    {
      version: 1,
      kind: 'engine_erased',
      taskId: ID,
      worker: 'w1',
      engine: 'http://gpu:8188',
      ok: true,
      at: AT,
    },
  ],
  engineTraceSchema: [
    { version: 1, engines: [{ engine: 'http://gpu:8188', prompts: [OTHER], files: [FILE] }] },
  ],
  exportedTaskSchema: [
    EXPORTED,
    { ...EXPORTED, status: 'failed', error: FAILURE, engine: null, result: null },
  ],
  taskChangedSchema: [
    { ...TOLD, ...TASK, kind: 'changed', seq: 3 },
    { ...TOLD, ...TASK, kind: 'erased' },
    { ...TOLD, kind: 'access', albumId: ID },
    { ...TOLD, kind: 'pauses' },
  ],
  taskControlSchema: [
    { version: 1, kind: 'cancel', taskId: ID },
    { version: 1, kind: 'hello' },
    { version: 1, kind: 'erase', taskId: ID },
    { version: 1, kind: 'idle', process: OTHER, taskTypes: ['person'] },
    { ...ORDERS, kind: 'pauses' },
  ],
  taskEventSchema: [
    SAMPLE_STARTED,
    { ...EVENT, kind: 'requeued', reason: 'worker_crashed' },
    { ...EVENT, kind: 'progress', progress: { stage: 'running', percent: 4 } },
    { ...EVENT, kind: 'retrying', failure: FAILURE, retryAfterMs: 5000, counted: true },
    { ...EVENT, kind: 'succeeded', result: SAMPLE_RESULT, engine: ENGINE },
    { ...EVENT, kind: 'failed', failure: FAILURE },
    { ...EVENT, kind: 'expired' },
    { ...EVENT, kind: 'cancelled', again: 1 },
    { ...EVENT, kind: 'redriven' },
  ],
  taskLedgerSchema: [
    {
      version: 1,
      run: 2,
      settledRun: 1,
      failedAttempts: 1,
      crashes: 0,
      holder: { process: OTHER, worker: 'w1' },
      prompt: { id: ID, engine: 'http://gpu:8188' },
    },
  ],
  taskMessageSchema: [
    {
      version: 1,
      taskId: ID,
      taskType: 'person',
      image: SAMPLE_RESULT,
      parameters: PARAMETERS,
      submittedAt: AT,
    },
  ],
  workerOrdersSchema: [ORDERS],
  workerStatusSchema: [STATUS],
};
