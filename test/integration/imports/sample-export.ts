import type { ExportedTask } from '@app/contracts';
import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** A task that was cancelled in another installation, as the form that brings it in. */
export function exportedForm(photo: Uint8Array): FormData {
  const at = '2026-03-01T12:00:00.000Z';
  const task: ExportedTask = {
    version: 1,
    id: uuidv7(),
    type: 'person',
    status: 'cancelled',
    priority: 0,
    filename: '奶奶1953年.jpg',
    client_ref: null,
    parameters: {},
    adjusted: [],
    album: null,
    owner: { id: uuidv7(), name: '' },
    attempts: 0,
    error: null,
    engine: null,
    discarded_at: null,
    created_at: at,
    started_at: null,
    finished_at: at,
    original: {
      media_type: 'image/jpeg',
      width: 100,
      height: 100,
      bytes: photo.length,
      sha256: createHash('sha256').update(photo).digest('hex'),
    },
    result: null,
    timeline: [
      { step: 'submitted', status: 'queued', at, attempt: 0, by: 'api', gpu: null, reason: null },
      { step: 'cancelled', status: 'cancelled', at, attempt: 0, by: 'api', gpu: null, reason: null },
    ],
  };
  const form = new FormData();
  form.set('task', new Blob([JSON.stringify(task)], { type: 'application/json' }), 'task.json');
  form.set('original', new Blob([new Uint8Array(photo)]), task.filename);
  return form;
}
