import type { TaskView } from '@app/contracts';
import type { PhotoProblem } from './task-state.js';
import { SendError } from './upload.js';

export interface WaitingPhoto {
  key: string;
  file: File;
  type: string;
  /** The same for every try, so that a photo whose answer got lost is not taken in twice. */
  idempotencyKey: string;
}

export interface UploadQueueOptions {
  send: (photo: WaitingPhoto, onPercent: (percent: number) => void) => Promise<TaskView>;
  onSending: (key: string, percent: number) => void;
  onAccepted: (key: string, task: TaskView) => void;
  /** It waits and is tried again by itself. */
  onHeld: (key: string, problem: PhotoProblem) => void;
  /** It was given up; the person decides. */
  onRefused: (key: string, problem: PhotoProblem) => void;
}

/**
 * Sends photos one after the other, so that they stand in line in the order in which they were added. While the API
 * is away or full the first one waits, and with it all others.
 */
export class UploadQueue {
  private readonly waiting: WaitingPhoto[] = [];
  private running = false;
  private wakeUp: (() => void) | null = null;

  constructor(private readonly options: UploadQueueOptions) {}

  add(photo: WaitingPhoto): void {
    this.waiting.push(photo);
    if (!this.running) void this.run();
  }

  /** Takes a photo out, unless it is on its way already. */
  remove(key: string): void {
    const index = this.waiting.findIndex((photo) => photo.key === key);
    if (index > 0 || (index === 0 && this.wakeUp !== null)) this.waiting.splice(index, 1);
    if (index === 0) this.wake();
  }

  /** Stops waiting and tries at once. */
  wake(): void {
    this.wakeUp?.();
  }

  private async run(): Promise<void> {
    this.running = true;
    for (let photo = this.waiting[0]; photo !== undefined; photo = this.waiting[0]) {
      const retryAfterMs = await this.sendOne(photo);
      if (retryAfterMs !== null) await this.rest(retryAfterMs);
    }
    this.running = false;
  }

  /** Answers null when the photo is settled, else how long to wait before the next try. */
  private async sendOne(photo: WaitingPhoto): Promise<number | null> {
    try {
      this.options.onSending(photo.key, 0);
      const task = await this.options.send(photo, (percent) => this.options.onSending(photo.key, percent));
      this.waiting.shift();
      this.options.onAccepted(photo.key, task);
    } catch (error) {
      const problem = error instanceof SendError ? error : new SendError('internal_error', null);
      if (problem.retryAfterMs !== null) {
        this.options.onHeld(photo.key, problem.code);
        return problem.retryAfterMs;
      }
      this.waiting.shift();
      this.options.onRefused(photo.key, problem.code);
    }
    return null;
  }

  private async rest(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.wakeUp = null;
  }
}
