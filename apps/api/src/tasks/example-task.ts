import type { TaskView } from '@app/contracts';

const ID = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const SELF = `/v1/tasks/${ID}`;

/** A task as it stands in line, for the documentation. */
export const EXAMPLE_TASK: TaskView = {
  id: ID,
  type: 'person',
  status: 'queued',
  seq: 1,
  priority: 0,
  queue_position: 3,
  moved_back_by: null,
  estimate: { from: '2026-03-01T10:01:10.000Z', to: '2026-03-01T10:02:30.000Z' },
  delayed_by: null,
  gpu_memory_used_percent: null,
  retry_at: null,
  progress: null,
  attempts: 0,
  album_id: null,
  client_ref: 'box 3, page 12',
  filename: 'grandmother-1953.jpg',
  parameters: { size: 512, model: 'ddcolor_modelscope' },
  adjusted: [{ name: 'size', sent: 500, used: 512 }],
  input: {
    url: `${SELF}/original`,
    media_type: 'image/jpeg',
    width: 1024,
    height: 788,
    bytes: 292_707,
    sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  },
  output: null,
  engine: null,
  error: null,
  created_at: '2026-03-01T10:00:00.000Z',
  started_at: null,
  finished_at: null,
  expires_at: '2026-03-31T10:00:00.000Z',
  urls: {
    self: SELF,
    original: `${SELF}/original`,
    result: `${SELF}/result`,
    thumbnail: `${SELF}/thumbnail`,
    timeline: `${SELF}/timeline`,
    events: `${SELF}/events`,
    cancel: `${SELF}/cancel`,
    retry: `${SELF}/retry`,
  },
};

/** The same when it has succeeded. */
export const EXAMPLE_DONE_TASK: TaskView = {
  ...EXAMPLE_TASK,
  status: 'succeeded',
  seq: 4,
  queue_position: null,
  estimate: null,
  attempts: 1,
  output: {
    url: `${SELF}/result`,
    media_type: 'image/png',
    width: 1024,
    height: 788,
    bytes: 1_204_332,
    sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  },
  engine: { name: 'comfyui', version: '0.3.60' },
  started_at: '2026-03-01T10:01:20.000Z',
  finished_at: '2026-03-01T10:01:29.000Z',
};
