import type { AlbumView, Problem, TaskView } from '@app/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../dice.js';
import type { NumberedPhoto } from '../photos/numbered-photo.js';
import type { History, RequestEnd, Submission } from './history.js';
import { bearer, OPERATOR_KEY } from './operator-key.js';
import { postUntilDone } from './patient-request.js';

const REQUEST_LIMIT_MS = 10_000;
const PAUSE_MS = [50, 250] as const;
/** Answers after which the same request may succeed. */
const TRY_AGAIN = [429, 500, 502, 503, 504];

/** What a client is, beside what it does. */
export interface ClientOptions {
  name: string;
  /** Of the API instances; each request goes to one of them. */
  urls: readonly string[];
  history: History;
  dice: Dice;
  /** Its API key; the operator's by default. */
  key?: string;
  /** Puts its photos into an album of its own. */
  album?: boolean;
  /** How long it waits for an answer before it asks again, ms. */
  patienceMs?: number;
}

/** A client that knows how to be served by a system that fails: it asks again with the same key until it knows. */
export class FaultClient {
  private readonly headers: { authorization: string };
  private path: Promise<string> | undefined;

  constructor(private readonly options: ClientOptions) {
    this.headers = bearer(options.key ?? OPERATOR_KEY);
  }

  /** Resolves once the photo is accepted, or refused for good. */
  async submit(photo: NumberedPhoto, taskType: string): Promise<Submission> {
    const submission = this.options.history.begin(this.options.name, photo.number, taskType);
    for (;;) {
      const startedAt = Date.now();
      const { end, again } = await this.request(photo, submission);
      submission.requests.push({ startedAt, endedAt: Date.now(), end });
      if (!again) return submission;
      await sleep(this.options.dice.between(...PAUSE_MS));
    }
  }

  private get url(): string {
    return this.options.dice.pick(this.options.urls);
  }

  /** An album is made when it is needed first. One whose maker did not hear of it stays empty. */
  private pathOfPhotos(): Promise<string> {
    const { album, name } = this.options;
    if (!album) return Promise.resolve('/v1/tasks');
    this.path ??= postUntilDone<AlbumView>(`${this.url}/v1/albums`, this.headers, { title: name }).then(
      ({ urls }) => urls.tasks,
    );
    return this.path;
  }

  private async request(
    photo: NumberedPhoto,
    { key, taskType }: Submission,
  ): Promise<{ end: RequestEnd; again: boolean }> {
    const body = new FormData();
    body.append('type', taskType);
    body.append('image', new Blob([new Uint8Array(photo.file)]), `${photo.number}.png`);
    try {
      const answer = await fetch(`${this.url}${await this.pathOfPhotos()}`, {
        method: 'POST',
        headers: { ...this.headers, 'idempotency-key': key },
        body,
        signal: AbortSignal.timeout(this.options.patienceMs ?? REQUEST_LIMIT_MS),
      });
      if (answer.ok) {
        const taskId = idIn((await answer.json()) as Accepted);
        return { end: { kind: 'accepted', taskId }, again: false };
      }
      const { code } = (await answer.json()) as Problem;
      const end: RequestEnd = { kind: 'refused', status: answer.status, code };
      return { end, again: TRY_AGAIN.includes(answer.status) };
    } catch (error) {
      return { end: { kind: 'unknown', reason: reasonOf(error) }, again: true };
    }
  }
}

/** One photo, or the list of those of an album: one, too. */
type Accepted = TaskView | { items: { task: TaskView }[] };

function idIn(accepted: Accepted): string {
  return 'items' in accepted ? accepted.items[0]!.task.id : accepted.id;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code ?? error.message;
}
