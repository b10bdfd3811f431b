import { UrlUnreachable } from '@app/outbound';
import type { ForeignDelivery } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { UploadedPhoto } from '../multipart/upload.js';
import { PhotoUrls } from '../photo-urls/photo-urls.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { PhotoSource } from './foreign-task.js';
import { Inbox } from './inbox.js';
import { Refused } from './refusal.js';

/** Before the second and the third try; a hiccup of a host is over by then, and the message waits for none for ever. */
const PAUSES_MS = [1_000, 5_000];
/** A host may ask for more; the message is not held for longer. */
const LONGEST_PAUSE_MS = 30_000;
/** What the bridge says of whom it speaks for. Nobody else stores photos before their message. */
const FROM_REDIS = 'redis:';

/** Gets the photo of a foreign message from wherever it is. */
@Injectable()
export class ForeignPhotos {
  constructor(
    private readonly urls: PhotoUrls,
    private readonly inbox: Inbox,
  ) {}

  /**
   * The photo, in a file that the caller has to remove; after a failure there is none.
   * @throws Refused or ProblemException for what no repetition helps; anything else may pass.
   */
  async get(source: PhotoSource, delivery: ForeignDelivery): Promise<UploadedPhoto> {
    if (source.kind === 'url') return this.fetch(source.url, delivery.signal);
    if (delivery.entrance !== 'vouched' || delivery.user?.startsWith(FROM_REDIS) !== true) {
      throw new Refused('not_found', 'A message cannot name a stored photo.');
    }
    return this.inbox.copy(source.key, source.filename);
  }

  /** The task is recorded: what was put down for it is of no use any more. */
  async recorded(source: PhotoSource): Promise<void> {
    if (source.kind === 'stored') await this.inbox.remove(source.key);
  }

  private async fetch(url: string, signal: AbortSignal): Promise<UploadedPhoto> {
    for (let tries = 0; ; tries++) {
      try {
        return await this.urls.fetch(url, signal);
      } catch (error) {
        const unreachable = causeOf(error);
        if (unreachable === undefined) throw error;
        const pauseMs = PAUSES_MS[tries];
        if (pauseMs === undefined) throw new Refused('fetch_failed', unreachable.message);
        await pause(Math.min(Math.max(pauseMs, unreachable.retryAfterMs ?? 0), LONGEST_PAUSE_MS), undefined, {
          signal,
        });
      }
    }
  }
}

/** Why another try may help; undefined where it does not. */
function causeOf(error: unknown): UrlUnreachable | undefined {
  const cause = error instanceof ProblemException ? error.extra.cause : undefined;
  return cause instanceof UrlUnreachable ? cause : undefined;
}
