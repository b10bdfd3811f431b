import type { Problem, TaskView } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../dice.js';
import type { NumberedPhoto } from '../photos/numbered-photo.js';
import type { History, RequestEnd, Submission } from './history.js';

const REQUEST_LIMIT_MS = 10_000;
const PAUSE_MS = [50, 250] as const;
/** Answers after which the same request may succeed. */
const TRY_AGAIN = [429, 500, 502, 503, 504];

/** A client that knows how to be served by a system that fails: it asks again with the same key until it knows. */
export class FaultClient {
  constructor(
    private readonly name: string,
    /** Of the API instances; each request goes to one of them. */
    private readonly urls: readonly string[],
    private readonly history: History,
    private readonly dice: Dice,
  ) {}

  /** Resolves once the photo is accepted, or refused for good. */
  async submit(photo: NumberedPhoto, taskType: string): Promise<Submission> {
    const submission = this.history.begin(this.name, photo.number, taskType);
    for (;;) {
      const startedAt = Date.now();
      const { end, again } = await this.request(photo, submission);
      submission.requests.push({ startedAt, endedAt: Date.now(), end });
      if (!again) return submission;
      await sleep(this.dice.between(...PAUSE_MS));
    }
  }

  private async request(
    photo: NumberedPhoto,
    { key, taskType }: Submission,
  ): Promise<{ end: RequestEnd; again: boolean }> {
    const body = new FormData();
    body.append('type', taskType);
    body.append('image', new Blob([new Uint8Array(photo.file)]), `${photo.number}.png`);
    try {
      const answer = await fetch(`${this.dice.pick(this.urls)}/v1/tasks`, {
        method: 'POST',
        headers: { 'idempotency-key': key },
        body,
        signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      });
      if (answer.ok) {
        const { id } = (await answer.json()) as TaskView;
        return { end: { kind: 'accepted', taskId: id }, again: false };
      }
      const { code } = (await answer.json()) as Problem;
      const end: RequestEnd = { kind: 'refused', status: answer.status, code };
      return { end, again: TRY_AGAIN.includes(answer.status) };
    } catch (error) {
      return { end: { kind: 'unknown', reason: reasonOf(error) }, again: true };
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code ?? error.message;
}
