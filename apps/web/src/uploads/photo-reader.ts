import type { CheckedPhoto, PhotoReading, ReadingWanted } from './photo-reading.js';

interface Waiting extends ReadingWanted {
  readonly answer: (reading: PhotoReading) => void;
}

/** A photo that the browser cannot finish reading (a cloud file that is being fetched) keeps the others no longer. */
const PATIENCE_MS = 60_000;

/**
 * Has photos read in a worker, one after another: first checks and small pictures in turn, so that the first photos are
 * seen while the last ones still wait, and only as fast as the device can bear.
 */
export class PhotoReader {
  private readonly checks: Waiting[] = [];
  private readonly thumbnails: Waiting[] = [];
  private worker: Worker | null = null;
  private isReading = false;

  check(file: Blob): Promise<CheckedPhoto> {
    return this.ask('check', file, this.checks) as Promise<CheckedPhoto>;
  }

  /** Null where this browser cannot show the file. */
  thumbnail(file: Blob): Promise<Blob | null> {
    return this.ask('thumbnail', file, this.thumbnails) as Promise<Blob | null>;
  }

  private ask(want: ReadingWanted['want'], file: Blob, line: Waiting[]): Promise<PhotoReading> {
    return new Promise((answer) => {
      line.push({ want, file, answer });
      if (!this.isReading) void this.readAll();
    });
  }

  private async readAll(): Promise<void> {
    this.isReading = true;
    for (let next = this.next(null); next !== undefined; next = this.next(next.want)) {
      next.answer(await this.read(next));
    }
    this.isReading = false;
    this.worker?.terminate();
    this.worker = null;
  }

  private next(before: ReadingWanted['want'] | null): Waiting | undefined {
    const [first, second] =
      before === 'check' ? [this.thumbnails, this.checks] : [this.checks, this.thumbnails];
    return first.shift() ?? second.shift();
  }

  private read({ want, file }: Waiting): Promise<PhotoReading> {
    this.worker ??= new Worker(new URL('./read-photo.ts', import.meta.url), { type: 'module' });
    const worker = this.worker;
    return new Promise((resolve) => {
      const giveUp = () => {
        // It may never answer, or has died of this file (memory): the next one gets another worker.
        worker.terminate();
        if (this.worker === worker) this.worker = null;
        end(want === 'check' ? { problem: null, sha256: null } : null);
      };
      const hear = ({ data }: MessageEvent<PhotoReading>) => end(data);
      const timer = setTimeout(giveUp, PATIENCE_MS);
      const end = (reading: PhotoReading) => {
        clearTimeout(timer);
        worker.removeEventListener('message', hear);
        worker.removeEventListener('error', giveUp);
        resolve(reading);
      };
      worker.addEventListener('message', hear);
      worker.addEventListener('error', giveUp);
      worker.postMessage({ want, file } satisfies ReadingWanted);
    });
  }
}
