import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { RESULT_IMAGE_LIMITS, type ImageLimits } from '../image-limits.js';
import { damaged } from '../image.errors.js';
import { tooSlow } from '../libvips.js';
import type { TakenIn } from '../take-in.js';
import type { DecodeReply } from './child-messages.js';
import { DecodeLine } from './decode-line.js';
import { Decode } from './decode.js';
import { toError } from './failure.js';
import { ImageChild } from './image-child.js';

/** How an `ImageProcess` is set up; only `limits` has to be given. */
export interface ImageProcessOptions {
  limits: ImageLimits;
  /** Resident memory at which the child is killed (Linux only); 1 GiB by default. */
  memoryBytes?: number;
  /** Pictures decoded at a time; 2 by default. */
  concurrency?: number;
  /** After this time without a picture the child ends; 30 s by default. */
  idleMs?: number;
}

/** Choices for one picture. */
export interface ThumbnailOptions {
  /** Pixels of the longer side at most; 480 by default. */
  side?: number;
  /** The caller may go away. */
  signal?: AbortSignal | undefined;
}

/** libvips looks at its own clock, in whole seconds; this is for what does not even do that. */
const HARD_LIMIT_EXTRA_MS = 2000;

/** A child that does not come up is started once more; then nothing is decoded until the next picture comes. */
const START_ATTEMPTS = 2;

/**
 * Decodes pictures in a child process, so that no picture, however hostile, can block, bloat or end the process that
 * takes it in. The child is started with the first picture, ends when idle, dies with its parent, and is replaced
 * when it dies. It knows nothing but the paths that it is given.
 *
 * Any number of pictures may wait, first come, first served; a time limit counts from the start of the decode. The
 * memory limit is kept on Linux only; elsewhere only the time limit protects. Under vitest, as from any `.ts`
 * source, the child is the compiled one of `dist/`: run `npm run build` first.
 *
 * A child that dies takes no innocent picture with it: whatever was in it runs again, alone, and only what kills a
 * second child is to blame (`image_damaged`). Nothing is logged: what the child said last is in the error's `cause`.
 */
export class ImageProcess {
  private readonly limits: ImageLimits;
  private readonly memoryBytes: number;
  private readonly idleMs: number;
  private readonly line: DecodeLine<Decode>;
  private child: ImageChild | undefined;
  private childGone: Promise<void> = Promise.resolve();
  private failedStarts = 0;
  private lastId = 0;
  private idleTimer: NodeJS.Timeout | undefined;
  private closed = false;

  /** Starts nothing yet. `limits.decodeTimeoutMs` is for one picture, without its waiting. */
  constructor({ limits, memoryBytes = 1024 ** 3, concurrency = 2, idleMs = 30_000 }: ImageProcessOptions) {
    this.limits = limits;
    this.memoryBytes = memoryBytes;
    this.idleMs = idleMs;
    this.line = new DecodeLine(concurrency);
  }

  /** The child's process id while there is one. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /**
   * For an upload, before anything is kept of it: checks format (by content), size and every limit, decodes every
   * pixel, so that damage anywhere in the file is found, and writes a thumbnail: JPEG, upright, sRGB, white under
   * alpha, without metadata, never larger than the picture. `thumbnailPath` appears complete or not at all (written
   * beside it, then renamed; not flushed to disk). The source is only read.
   *
   * Throws `ImageError`: `file_too_large`, `unsupported_format`, `image_damaged` (also an empty file, too slow, or
   * one that ended its decoder), `image_too_many_pixels`, `image_too_small`, `bad_aspect`. Errors of the file system
   * keep their `code`. After `signal` it throws the signal's reason, at once where the picture waits, else when the
   * child has let go of both files; a thumbnail is then not left.
   */
  async takeIn(sourcePath: string, thumbnailPath: string, options: ThumbnailOptions = {}): Promise<TakenIn> {
    return await this.decode(sourcePath, thumbnailPath, this.limits, options);
  }

  /**
   * As `takeIn`, for a picture that we made ourselves: a canonical picture or a result, which may take 256 MiB and 200
   * megapixels (one that was enlarged has more than any upload may have).
   */
  async takeInResult(
    sourcePath: string,
    thumbnailPath: string,
    options: ThumbnailOptions = {},
  ): Promise<TakenIn> {
    return await this.decode(sourcePath, thumbnailPath, RESULT_IMAGE_LIMITS, options);
  }

  /** Ends the child and refuses all that still waits or runs, and all that comes later, with a plain error. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.idleTimer);
    for (const decode of this.line.clear()) decode.reject(closedError());
    // Held, so that a program with nothing else to do waits for its end.
    this.child?.busy();
    this.child?.kill('closed');
    await this.childGone;
  }

  private async decode(
    sourcePath: string,
    targetPath: string,
    limits: ImageLimits,
    { side = 480, signal }: ThumbnailOptions,
  ): Promise<TakenIn> {
    signal?.throwIfAborted();
    if (this.closed) throw closedError();
    const partPath = `${targetPath}.${randomUUID()}.part`;
    const decode = new Decode({ id: (this.lastId += 1), sourcePath, partPath, side, limits }, signal);
    const leave = (): void => {
      if (this.line.leave(decode)) decode.reject(signal?.reason);
    };
    signal?.addEventListener('abort', leave);
    this.line.join(decode);
    this.startNext();
    try {
      const taken = await decode.taken;
      signal?.throwIfAborted();
      await rename(partPath, targetPath);
      return taken;
    } catch (error) {
      await rm(partPath, { force: true });
      throw signal?.aborted ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  private startNext(): void {
    clearTimeout(this.idleTimer);
    if (this.line.isEmpty) return this.rest();
    try {
      this.child ??= this.startChild();
    } catch (error) {
      for (const decode of this.line.clear()) decode.reject(error);
      return;
    }
    const { child } = this;
    child.busy();
    if (!child.takesRequests) return;
    for (let decode = this.line.next(); decode; decode = this.line.next()) this.start(decode, child);
  }

  private start(decode: Decode, child: ImageChild): void {
    decode.startClock(decode.request.limits.decodeTimeoutMs + HARD_LIMIT_EXTRA_MS, () => child.kill('time'));
    child.send(decode.request);
  }

  private rest(): void {
    this.child?.idle();
    this.idleTimer = setTimeout(() => this.child?.kill('idle'), this.idleMs).unref();
  }

  private startChild(): ImageChild {
    const child: ImageChild = new ImageChild(this.memoryBytes, {
      ready: () => {
        this.failedStarts = 0;
        this.startNext();
      },
      reply: (reply) => this.settle(reply),
      end: (how) => this.replace(child, how),
    });
    this.childGone = child.gone;
    return child;
  }

  private settle(reply: DecodeReply): void {
    const decode = this.line.inChild().find(({ request }) => request.id === reply.id);
    if (!decode) return;
    this.line.done(decode);
    if ('taken' in reply) decode.resolve(reply.taken);
    else decode.reject(toError(reply.failure));
    this.startNext();
  }

  /** The child is gone; what was in it is refused or runs again in the next one. */
  private replace(child: ImageChild, how: string): void {
    this.child = undefined;
    if (!child.ready) this.failedStarts += 1;
    for (const decode of this.line.inChild()) this.afterDeath(decode, child, how);
    if (this.closed) return;
    if (this.failedStarts >= START_ATTEMPTS) {
      this.failedStarts = 0;
      const error = new Error(`The process that decodes pictures does not start: ${how}`);
      for (const decode of this.line.clear()) decode.reject(error);
    }
    this.startNext();
  }

  private afterDeath(decode: Decode, child: ImageChild, how: string): void {
    decode.stopClock();
    // One that ran too long is known to be to blame; who died with it is not.
    if (child.killedFor !== 'time') decode.deaths += 1;
    const error = this.closed
      ? closedError()
      : decode.timedOut
        ? tooSlow(this.limits)
        : decode.deaths > 1
          ? damaged('it cannot be read safely', new Error(`The decoder died twice of it: ${how}`))
          : undefined;
    if (!error && !decode.signal?.aborted) return this.line.repeat(decode);
    this.line.done(decode);
    decode.reject(error);
  }
}

const closedError = (): Error => new Error('Pictures are not decoded any more: the program is ending.');
