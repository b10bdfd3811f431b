import type { ProblemCode } from '@app/contracts';
import type { ForeignDelivery } from '@app/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { TaskRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { ReplyAddress } from '../tasks/reply-address.js';
import type { AskedTask } from '../tasks/task-choices.js';
import { TasksService, type TakenIn } from '../tasks/tasks.service.js';
import { CallbackUrls } from '../webhooks/callback-urls.js';
import { ForeignPhotos } from './foreign-photos.js';
import type { ForeignTask } from './foreign-task.js';
import { Publishers } from './publishers.js';
import { Refused } from './refusal.js';
import { TaskResolver, type ResolvedTask } from './task-resolver.js';

/** Senders whose clock stands at the beginning of time mean nothing by it. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);

/** What passes as the line moves on. */
const FULL: readonly ProblemCode[] = ['queue_full', 'broker_backlog_full'];
const LOOK_AGAIN_MS = 1_000;

/** A message that could be read, as it came. */
export interface ForeignMessage {
  task: ForeignTask;
  delivery: ForeignDelivery;
  reply: ReplyAddress | null;
}

/**
 * Makes one task of one foreign message, however often it comes. When it resolves, the task is committed and its original
 * is on disk; when it rejects, nothing was made and everything may be done again.
 */
@Injectable()
export class ForeignIntake {
  constructor(
    private readonly publishers: Publishers,
    private readonly resolver: TaskResolver,
    private readonly tasks: TasksService,
    private readonly callbacks: CallbackUrls,
    private readonly photos: ForeignPhotos,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** @throws Refused, ProblemException or ImageError for what is refused; anything else may pass. */
  async takeIn({ task, delivery, reply }: ForeignMessage): Promise<TakenIn> {
    const owner = await this.publishers.ownerOf(delivery, task.claims);
    const resolved = this.resolver.resolve(task, delivery, owner);
    const earlier = await this.tasks.findByKey(owner, resolved.idempotencyKey);
    if (earlier !== undefined) return this.again(earlier, resolved, { task, delivery, reply });
    this.refuseOld(delivery);
    const asked = { type: resolved.type, params: task.parameters, owner };
    await this.untilRoom(asked, delivery.signal);
    const callbackUrl = await this.callbacks.of(owner, task.callbackUrl);
    const photo = await this.photos.get(task.source, delivery);
    const clientRef = task.clientRef ?? task.taskId;
    try {
      const taken = await this.tasks.create({
        ...asked,
        ...resolved,
        photo,
        clientRef,
        album: null,
        callbackUrl,
        reply: reply ?? namedBy(task, delivery),
      });
      if (taken.replayed) return await this.again(taken.row, resolved, { task, delivery, reply });
      await this.photos.recorded(task.source);
      return taken;
    } finally {
      await rm(photo.path, { force: true });
    }
  }

  /**
   * A long line empties by itself, and is no fault of ours that would be told: the message waits here.
   * @throws ProblemException for what is refused; the signal's reason.
   */
  private async untilRoom(asked: AskedTask, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        return await this.tasks.check(asked);
      } catch (error) {
        if (!(error instanceof ProblemException) || !FULL.includes(error.code)) throw error;
        await pause(LOOK_AGAIN_MS, undefined, { signal });
      }
    }
  }

  /** A sender that lost its connection, and with it its queue, sends its message again from another one. */
  private async again(
    row: TaskRow,
    { fingerprint }: ResolvedTask,
    { task, reply }: ForeignMessage,
  ): Promise<TakenIn> {
    if (row.fingerprint !== fingerprint) {
      throw new Refused('id_conflict', 'A message of this id asked for something else before.');
    }
    await this.photos.recorded(task.source);
    return { row: reply === null ? row : await this.tasks.answerAt(row, reply), replayed: true };
  }

  private refuseOld({ entrance, timestampMs }: ForeignDelivery): void {
    const now = Date.now();
    // What a program of ours brings may have waited elsewhere, and an operator knows how old it is.
    if (entrance === 'vouched' || timestampMs === null || timestampMs < EARLIEST_MS) return;
    if (now - timestampMs <= this.env.amqpMaxAgeMs) return;
    const limit = `${Math.round(this.env.amqpMaxAgeMs / 1000)} s`;
    throw new Refused('expired', `The message is older than ${limit}.`);
  }
}

/** What its sender called the task, where nothing else says it. */
function namedBy({ taskId, clientRef }: ForeignTask, { vhost }: ForeignDelivery): ReplyAddress | null {
  if (taskId === null || clientRef === null) return null;
  return { vhost, replyTo: null, correlationId: null, taskId, progress: false };
}
