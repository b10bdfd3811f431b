import type { Problem, TaskView } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NumberedPhoto } from '../photos/numbered-photo.js';
import type { History, RequestEnd, Submission } from './history.js';
import { bearer, OPERATOR_KEY } from './operator-key.js';

const REQUEST_LIMIT_MS = 10_000;
const PAUSE_MS = 100;

/** A client that sends photos in two pieces and claims them, and asks again until it knows. */
export class PiecewiseClient {
  private requests = 0;
  private readonly headers = { ...bearer(OPERATOR_KEY), 'tus-resumable': '1.0.0' };

  constructor(
    /** Of the API instances; each request goes to the next of them. */
    private readonly urls: readonly string[],
    /** Of an album's photos. */
    private readonly claims: string,
    private readonly history: History,
  ) {}

  /** Resolves once the photo is accepted, or refused for good. */
  async submit(photo: NumberedPhoto): Promise<Submission> {
    const submission = this.history.begin('in pieces', photo.number, 'person');
    const upload = await this.send(photo);
    for (;;) {
      const startedAt = Date.now();
      const end = await this.claim(upload, submission);
      submission.requests.push({ startedAt, endedAt: Date.now(), end });
      if (end.kind === 'accepted' || (end.kind === 'refused' && end.status < 500)) return submission;
      await sleep(PAUSE_MS);
    }
  }

  /** The path of the upload, which has arrived in full. */
  private async send({ file }: NumberedPhoto): Promise<string> {
    const half = Math.floor(file.length / 2);
    const begin = { 'upload-length': String(file.length), 'upload-metadata': 'filename YS5wbmc=' };
    const bytes = { 'content-type': 'application/offset+octet-stream' };
    const first = new Uint8Array(file.subarray(0, half));
    const begun = await this.ask('POST', '/v1/uploads', { ...begin, ...bytes }, first);
    const path = begun.headers.get('location')!;
    for (;;) {
      const offset = Number((await this.ask('HEAD', path)).headers.get('upload-offset'));
      if (offset === file.length) return path;
      const rest = new Uint8Array(file.subarray(offset));
      await this.try('PATCH', path, { ...bytes, 'upload-offset': String(offset) }, rest);
    }
  }

  private async claim(path: string, { key, taskType: type }: Submission): Promise<RequestEnd> {
    const body = JSON.stringify({ upload_id: path.split('/').at(-1), type });
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const answer = await this.try('POST', this.claims, headers, body);
    if (answer === undefined) return { kind: 'unknown', reason: 'no answer' };
    if (answer.ok) return { kind: 'accepted', taskId: ((await answer.json()) as TaskView).id };
    return { kind: 'refused', status: answer.status, code: ((await answer.json()) as Problem).code };
  }

  /** Until it is answered with success. */
  private async ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<Response> {
    for (;;) {
      const answer = await this.try(method, path, headers, body);
      if (answer?.ok) return answer;
      if (answer && answer.status < 500)
        throw new Error(`${method} ${path} was answered with ${answer.status}.`);
      await sleep(PAUSE_MS);
    }
  }

  /** Undefined where there is no answer. */
  private async try(
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: string | Uint8Array<ArrayBuffer>,
  ): Promise<Response | undefined> {
    const url = this.urls[this.requests++ % this.urls.length]!;
    return fetch(`${url}${path}`, {
      method,
      headers: { ...this.headers, ...headers },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
    }).catch(() => undefined);
  }
}
