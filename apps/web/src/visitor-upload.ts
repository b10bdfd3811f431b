import type { TaskView } from '@app/contracts';
import { SendError } from './upload.js';
import type { WaitingPhoto } from './upload-queue.js';

type Send = (photo: WaitingPhoto, onPercent: (percent: number) => void) => Promise<TaskView>;

export interface VisitorUploadOptions {
  /** Makes this device known to the API; answers whether it was not before. */
  beginSession: () => Promise<boolean>;
  send: Send;
  /** Everything that was opened before was opened by nobody. */
  onNewVisitor: () => void;
}

const RETRY_MS = 5000;

/**
 * Sends photos as one visitor from the first one on: one that is sent again, because its answer got lost, becomes the
 * same task only if it comes from whom it came from before.
 */
export class VisitorUpload {
  private session: Promise<void> | null = null;

  constructor(private readonly options: VisitorUploadOptions) {}

  readonly send: Send = async (photo, onPercent) => {
    this.session ??= this.begin();
    try {
      await this.session;
    } catch {
      this.session = null;
      throw new SendError('offline', RETRY_MS);
    }
    return this.options.send(photo, onPercent);
  };

  private async begin(): Promise<void> {
    if (await this.options.beginSession()) this.options.onNewVisitor();
  }
}
