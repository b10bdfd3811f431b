import type { TaskView } from '@app/contracts';
import { ApiProblem } from '../api/api-problem.js';
import { beginSession } from '../api/session.js';
import { claimUpload, eraseTask } from '../api/tasks.js';
import { rememberWhy } from '../choose/why-memory.js';
import { endUpload, uploadIdOf } from './end-upload.js';
import { Patience } from './patience.js';
import { TusLine } from './tus-line.js';
import type { UploadBook } from './upload-book.js';
import type { UploadRecord } from './upload-record.js';

/** Enough to fill a line while another photo waits for an answer; more would only make the first ones later. */
const AT_ONCE = 3;
const WATCH_MS = 5000;
/** A connection over which nothing moves for so long is given up: browsers themselves wait for minutes. */
const SILENCE_MS = 30_000;
const STANDS_STILL_MS = 10_000;

/**
 * Sends what is ready, some photos at once, and makes tasks of what has arrived, in the order in which the photos were
 * added. What the API cannot take for a while waits and goes on by itself.
 */
export class PhotoSender {
  private readonly line = new TusLine(this.listener());
  private readonly patience = new Patience(() => this.go());
  private readonly movedMs = new Map<string, number>();
  private hasSession = false;
  private isAsking = false;
  private claiming: string | null = null;

  constructor(private readonly book: UploadBook) {
    setInterval(() => this.wakeSilent(), WATCH_MS);
  }

  /** To be called when something may have become possible. */
  go(): void {
    if (this.patience.isWaiting) return;
    const records = this.book.records.filter(({ isPaused }) => !isPaused);
    const ready = records.filter(({ stage }) => stage === 'ready');
    if (!this.hasSession && records.some(({ stage }) => stage === 'ready' || stage === 'arrived')) {
      void this.begin(ready[0]);
      return;
    }
    let places = AT_ONCE - ready.filter(({ id }) => this.isSending(id)).length;
    for (const record of ready) {
      if (places <= 0) break;
      if (!this.isSending(record.id) && this.start(record)) places -= 1;
    }
    this.claimNext(records);
  }

  /** Tries at once, whatever was waited for. */
  hurry(): void {
    this.patience.over();
    this.go();
  }

  pause(id: string): void {
    this.line.pause(id);
    this.book.setMoment(id, { isSending: false });
    this.go();
  }

  /** Erases what has arrived of it; one that becomes a task at this very moment is erased as soon as it has. */
  cancel({ id, uploadUrl }: UploadRecord): void {
    if (!this.line.cancel(id) && uploadUrl !== null && this.claiming !== id) endUpload(uploadUrl);
  }

  private isSending(id: string): boolean {
    return this.book.momentOf(id).isSending;
  }

  /** One that stands still does not keep those behind it from becoming tasks. */
  private isMoving(id: string): boolean {
    return this.isSending(id) && performance.now() - (this.movedMs.get(id) ?? 0) < STANDS_STILL_MS;
  }

  private async begin(first: UploadRecord | undefined): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      await beginSession();
      this.hasSession = true;
    } catch (error) {
      const problem = asProblem(error);
      if (first !== undefined) void this.book.patch(first.id, { problem: problem.code });
      // Nobody is refused for it: without a session there is nothing to send at all.
      if (!this.patience.wait(problem)) this.patience.wait(new ApiProblem('offline', null));
    } finally {
      this.isAsking = false;
    }
    this.go();
  }

  private start({ id, uploadUrl }: UploadRecord): boolean {
    const file = this.book.fileOf(id);
    if (file === null) return false;
    this.book.setMoment(id, { isSending: true });
    this.movedMs.set(id, performance.now());
    this.line.start(id, file, uploadUrl);
    return true;
  }

  private listener(): ConstructorParameters<typeof TusLine>[0] {
    return {
      onProgress: (id, percent, uploadUrl) => {
        const record = this.book.get(id);
        if (record === undefined) return;
        this.movedMs.set(id, performance.now());
        this.patience.worked();
        this.book.setMoment(id, { percent });
        if (record.uploadUrl !== uploadUrl || record.problem !== null) {
          void this.book.patch(id, { uploadUrl, problem: null });
        }
      },
      onArrived: (id, uploadUrl) => {
        this.movedMs.delete(id);
        this.book.setMoment(id, { isSending: false, percent: 100 });
        // Written down first: a photo that was claimed is never sent again.
        void this.book.patch(id, { stage: 'arrived', uploadUrl, problem: null }).then(() => this.go());
      },
      onProblem: (id, problem) => {
        this.movedMs.delete(id);
        this.book.setMoment(id, { isSending: false });
        this.settle(id, problem);
        this.go();
      },
    };
  }

  private settle(id: string, problem: ApiProblem): void {
    if (this.book.get(id) === undefined) return;
    if (this.patience.wait(problem)) {
      // That another request is not over yet is nothing to tell.
      if (problem.code !== 'not_ready') void this.book.patch(id, { problem: problem.code });
    } else {
      this.line.cancel(id);
      void this.book.patch(id, { stage: 'refused', problem: problem.code, uploadUrl: null });
    }
  }

  /** One that is still on its way holds up those behind it, so that an album has the order of its photos. */
  private claimNext(records: readonly UploadRecord[]): void {
    if (this.claiming !== null) return;
    const ahead = new Set<string | null>();
    for (const record of records) {
      const { id, stage, albumId, type } = record;
      if (stage === 'arrived' && albumId !== null && type !== null && !ahead.has(albumId)) {
        void this.claim(record, albumId, type);
        return;
      }
      if (this.isMoving(id) || stage === 'arrived') ahead.add(albumId);
    }
  }

  private async claim(record: UploadRecord, albumId: string, type: string): Promise<void> {
    const { id, uploadUrl, choice, clientRef, idempotencyKey } = record;
    this.claiming = id;
    this.book.becomesTask(id);
    try {
      const claim = { uploadId: uploadIdOf(uploadUrl!), type, parameters: choice.parameters, clientRef };
      this.accepted(record, await claimUpload(albumId, claim, idempotencyKey));
    } catch (error) {
      this.notClaimed(record, asProblem(error));
    } finally {
      this.claiming = null;
    }
    this.go();
  }

  private accepted({ id, because }: UploadRecord, task: TaskView): void {
    this.patience.worked();
    // Taken back while it became a task.
    if (this.book.get(id) === undefined) {
      eraseTask(task.id).catch((error: unknown) => console.error(error));
      return;
    }
    if (because !== null) rememberWhy(task.id, because);
    this.book.accept(id, task.id);
  }

  private notClaimed({ id, uploadUrl }: UploadRecord, problem: ApiProblem): void {
    const now = this.book.get(id);
    if (now === undefined) {
      endUpload(uploadUrl!);
    } else if (problem.code === 'not_found' && this.book.fileOf(id) !== null && !now.isSentAgain) {
      // What had arrived is gone (uploads are not kept for ever), or the album is: sent once more, it will show.
      void this.book.patch(id, { stage: 'ready', uploadUrl: null, isSentAgain: true });
    } else if (problem.code === 'not_ready') {
      // Not all of it has arrived after all: it goes on from where it was.
      void this.book.patch(id, { stage: 'ready' });
      this.settle(id, problem);
    } else {
      this.settle(id, problem);
    }
  }

  private wakeSilent(): void {
    const now = performance.now();
    for (const [id, movedMs] of this.movedMs) {
      const record = this.book.get(id);
      if (record === undefined || record.isPaused) this.movedMs.delete(id);
      else if (now - movedMs > SILENCE_MS) {
        this.line.pause(id);
        this.start(record);
      }
    }
    this.go();
  }
}

function asProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem('internal_error', null, null, { cause: error });
}
