import type { FailureCode, TaskView } from '@app/contracts';
import type { Phase, Photo } from '../photo/photo.js';

interface Sample {
  phase: Phase;
  ownId?: string;
  failure?: FailureCode;
}

/** A photo as the tests of this room need one; of a task there is only what this room reads. */
export function photoFor(name: string, { phase, ownId, failure }: Sample): Photo {
  const isSent = ['in_line', 'working', 'done', 'failed', 'stopped', 'expired'].includes(phase);
  const task = {
    id: `task of ${name}`,
    client_ref: ownId ?? null,
    error: failure === undefined ? null : { code: failure, message: '' },
  } as TaskView;
  return {
    key: isSent ? task.id : `upload of ${name}`,
    name,
    type: 'person',
    phase,
    thumbnailUrl: null,
    sentPercent: 0,
    problem: null,
    uploadId: isSent ? null : `upload of ${name}`,
    clientRef: ownId ?? null,
    task: isSent ? task : null,
  };
}
