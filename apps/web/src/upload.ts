import { PROBLEM_CODES, type Problem, type ProblemCode, type TaskView } from '@app/contracts';
import { MAX_PHOTO_BYTES } from './photo-sentence.js';
import type { PhotoProblem } from './task-state.js';

const startsWith = (bytes: Uint8Array, ...wanted: number[]) =>
  wanted.every((byte, index) => bytes[index] === byte);

/**
 * Looks at a file before it is sent: its first bytes (names lie) and its size. Answers what is wrong with it, or
 * null. The API looks again, and more closely.
 */
export async function checkPhoto(file: Blob): Promise<PhotoProblem | null> {
  let head: Uint8Array;
  try {
    head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  } catch {
    // A folder, a file that was moved meanwhile, a cloud file that is not on this device.
    return 'unreadable';
  }
  if (head.length === 0) return 'image_damaged';
  const text = String.fromCharCode(...head);
  if (text.slice(4, 8) === 'ftyp' && /^(heic|heix|hevc|heim|heis|mif1|msf1)/.test(text.slice(8)))
    return 'heic_photo';
  const jpeg = startsWith(head, 0xff, 0xd8, 0xff);
  const png = startsWith(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const bmp = text.startsWith('BM');
  if (!jpeg && !png && !bmp) return 'unsupported_format';
  return file.size > MAX_PHOTO_BYTES ? 'file_too_large' : null;
}

/** A photo that could not be sent. `retryAfterMs` is set when waiting helps: it is tried again without the person. */
export class SendError extends Error {
  override readonly name = 'SendError';

  constructor(
    readonly code: ProblemCode | 'offline',
    readonly retryAfterMs: number | null,
  ) {
    super(code);
  }
}

/** With no word from the API about when to come back. */
const RETRY_MS = 10_000;
const WAITING_HELPS: readonly string[] = [
  'queue_full',
  'broker_backlog_full',
  'storage_full',
  'rate_limited',
] satisfies ProblemCode[];

/** Reads an answer of `POST /v1/tasks`: the task, or the SendError that it means. */
export function readAnswer(status: number, body: string, retryAfter: string | null): TaskView {
  const answer = parse(body);
  if (status === 202 && answer !== null) return answer as TaskView;
  const code = (answer as Partial<Problem> | null)?.code;
  const waitMs = Number(retryAfter) > 0 ? Number(retryAfter) * 1000 : RETRY_MS;
  // Not a problem of ours: a proxy answers for an API that is away.
  if (code === undefined) throw new SendError('offline', waitMs);
  if (!PROBLEM_CODES.includes(code)) throw new SendError('internal_error', null);
  throw new SendError(code, WAITING_HELPS.includes(code) ? waitMs : null);
}

/**
 * Sends one photo. Under the same `idempotencyKey` it may be sent again and again: it becomes one task.
 * XMLHttpRequest, because `fetch` cannot tell how much of an upload has left.
 */
export function sendPhoto(
  { file, type, idempotencyKey }: { file: File; type: string; idempotencyKey: string },
  onPercent: (percent: number) => void,
): Promise<TaskView> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    // The fields come first, so that the API can refuse a wrong type before it has read the picture.
    form.append('type', type);
    form.append('image', file, file.name);
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onPercent(Math.floor((100 * event.loaded) / event.total));
    });
    request.addEventListener('load', () => {
      try {
        resolve(readAnswer(request.status, request.responseText, request.getResponseHeader('retry-after')));
      } catch (error) {
        reject(error);
      }
    });
    // There is no connection, or it broke; the page itself never stops a request.
    request.addEventListener('error', () => reject(new SendError('offline', RETRY_MS)));
    request.open('POST', '/v1/tasks');
    request.setRequestHeader('Idempotency-Key', idempotencyKey);
    request.send(form);
  });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
