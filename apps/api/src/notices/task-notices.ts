import { isFinalState, type TaskNotice } from '@app/contracts';
import type { LiveEvent } from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Entrances } from '../broker/entrances.js';
import type { TaskRow } from '../database/schema.js';
import { DeliverySender } from '../deliveries/delivery.sender.js';
import { ResultLinks } from '../downloads/result-links.js';
import { LOGGER } from '../logger.token.js';
import { wantsAnswers, type ReplyAddress } from '../tasks/reply-address.js';
import type { StoredChange } from '../tasks/stored-change.js';
import { PublisherNames } from './publisher-names.js';
import { noticeTypeOf, toNotice, toRefusal, type Refusal } from './to-notice.js';

type Progress = Extract<LiveEvent, { kind: 'progress' }>;

/** Public events that wait for the name of their publisher; beyond it they are dropped, as they are without the broker. */
const MOST_WAITING = 1000;
/** Two a second of one task; its last one is followed by the outcome. */
const PROGRESS_EVERY_MS = 500;

/**
 * Tells other systems what happens to tasks, at once and best effort: answers to the sender of a message, and public
 * events to whoever listens. No task waits for it. An outcome that has to arrive is a row in `deliveries`, made where
 * the outcome was stored.
 */
@Injectable()
export class TaskNotices {
  /** Tasks whose start was stored here: of several instances that hear of their progress, this one passes it on. */
  private readonly running = new LRUCache<string, { row: TaskRow; toldAt: number }>({ max: 10_000 });
  private publishing: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly entrances: Entrances,
    private readonly names: PublisherNames,
    private readonly links: ResultLinks,
    private readonly sender: DeliverySender,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** A step was stored here. */
  stored({ row, from, change }: StoredChange): void {
    if (change?.kind === 'started') this.running.set(row.id, { row, toldAt: 0 });
    else if (change !== undefined) this.running.delete(row.id);
    if (isFinalState(row.state)) this.sender.wake();
    if (from === null) this.accepted(row);
    else if (change?.kind === 'started') this.started(row);
    else if (isFinalState(row.state)) this.publish(toNotice(noticeTypeOf(row.state), row, this.links), row);
    else if (isFinalState(from)) this.publish(toNotice('task.accepted', row, this.links), row);
  }

  /** It is stored and in line: its sender and whoever listens hear of it. */
  accepted(row: TaskRow): void {
    const notice = toNotice('task.accepted', row, this.links);
    this.publish(notice, row);
    if (row.reply !== null) this.answer(notice, JSON.parse(row.reply) as ReplyAddress);
  }

  /** A message that means a task which is there already: its sender hears how that one stands. */
  present(row: TaskRow, reply: ReplyAddress | null): void {
    if (reply !== null) this.answer(toNotice(noticeTypeOf(row.state), row, this.links), reply);
  }

  /** A message came to nothing: its sender hears why. */
  refused(refusal: Refusal, reply: ReplyAddress | null): void {
    if (reply !== null) this.answer(toRefusal(refusal), reply);
  }

  /**
   * As `refused`, to a program of ours that keeps what it hears. Resolves once it is in its queue.
   * @throws PublishError where another try may help.
   */
  async refusedForSure(refusal: Refusal, reply: ReplyAddress): Promise<void> {
    if (!wantsAnswers(reply)) return;
    const notice = toRefusal(refusal);
    await this.entrances.of(reply.vhost)?.answers.publish(reply.replyTo, notice, idsOf(notice, reply));
  }

  /** A worker tells how far it is; every instance hears that. */
  progress({ taskId, run, progress }: Progress): void {
    const known = this.running.get(taskId);
    const now = Date.now();
    if (known === undefined || known.row.run !== run || now - known.toldAt < PROGRESS_EVERY_MS) return;
    known.toldAt = now;
    const { row } = known;
    const notice = toNotice('task.progress', row, this.links, progress);
    this.publish(notice, row);
    this.answerIfAsked(notice, row);
  }

  private started(row: TaskRow): void {
    const notice = toNotice('task.started', row, this.links);
    this.publish(notice, row);
    this.answerIfAsked(notice, row);
  }

  private answerIfAsked(notice: TaskNotice, { reply }: TaskRow): void {
    const address = reply === null ? null : (JSON.parse(reply) as ReplyAddress);
    if (address?.progress === true) this.answer(notice, address);
  }

  private answer(notice: TaskNotice, reply: ReplyAddress): void {
    if (!wantsAnswers(reply)) return;
    this.entrances.of(reply.vhost)?.answers.publishLossy(reply.replyTo, notice, idsOf(notice, reply));
  }

  /** To every entrance, in the order of the calls. */
  private publish(notice: TaskNotice, row: TaskRow): void {
    if (this.waiting >= MOST_WAITING) return;
    this.waiting += 1;
    this.publishing = this.publishAfter(this.publishing, notice, row).finally(() => (this.waiting -= 1));
  }

  private async publishAfter(
    earlier: Promise<void>,
    notice: TaskNotice,
    { owner_id: ownerId, type: taskType }: TaskRow,
  ): Promise<void> {
    await earlier;
    try {
      const publisher = await this.names.of(ownerId);
      for (const { notices } of this.entrances.all) notices.publish(notice, { publisher, taskType });
    } catch (error) {
      this.logger.warn({ err: error }, 'a public event was not published');
    }
  }
}

function idsOf(notice: TaskNotice, { correlationId, taskId }: ReplyAddress) {
  const id = notice.data.id ?? taskId ?? '';
  return { correlationId: correlationId ?? taskId ?? id, messageId: `${id}.${notice.type}` };
}
