import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { DeliveryRow, TaskRow, Transaction } from '../database/schema.js';
import { ResultLinks } from '../downloads/result-links.js';
import { noticeTypeOf, toNotice } from '../notices/to-notice.js';
import { wantsAnswers, type AnswerAddress, type ReplyAddress } from '../tasks/reply-address.js';

/** Where something goes. */
type Target = Pick<DeliveryRow, 'channel' | 'target' | 'host'>;

/** Writes down what has to reach other systems, in the transaction that stores the outcome: both or neither. */
@Injectable()
export class DeliveriesStore {
  constructor(private readonly links: ResultLinks) {}

  /** The task has reached a final state: its sender and its webhook are to hear of it, where it has any. */
  async record(transaction: Transaction, row: TaskRow): Promise<void> {
    const targets = await targetsOf(transaction, row);
    if (targets.length === 0) return;
    const now = Date.now();
    const type = noticeTypeOf(row.state);
    const body = JSON.stringify(toNotice(type, row, this.links));
    const rows = targets.map((target): DeliveryRow => ({
      ...target,
      id: uuidv7(),
      task_id: row.id,
      owner_id: row.owner_id,
      type,
      body,
      state: 'pending',
      attempts: 0,
      created_at: now,
      next_at: now,
      claimed_until: 0,
      delivered_at: null,
      failed_at: null,
      traceparent: row.traceparent,
    }));
    await transaction.insertInto('deliveries').values(rows).execute();
  }
}

async function targetsOf(transaction: Transaction, row: TaskRow): Promise<Target[]> {
  const url = row.callback_url ?? (await chosenFor(transaction, row));
  const reply = row.reply === null ? null : (JSON.parse(row.reply) as ReplyAddress);
  return [
    ...(wantsAnswers(reply) ? [toAnswer(reply)] : []),
    ...(url === null ? [] : [{ channel: 'webhook' as const, target: url, host: hostOf(url) }]),
  ];
}

function toAnswer(reply: AnswerAddress): Target {
  return { channel: 'amqp', target: JSON.stringify(reply), host: reply.vhost };
}

/** The album's before the owner's. In one query: many tasks may end at one moment. */
async function chosenFor(transaction: Transaction, row: TaskRow): Promise<string | null> {
  const chosen = await transaction
    .selectFrom('owners')
    .leftJoin('albums', (join) => join.on('albums.id', '=', row.album_id))
    .select(['owners.webhook_url', 'albums.callback_url'])
    .where('owners.id', '=', row.owner_id)
    .executeTakeFirst();
  return chosen?.callback_url ?? chosen?.webhook_url ?? null;
}

/** `host:port`, in lower case. What is no URL has a lane of its own, where it fails. */
function hostOf(url: string): string {
  if (!URL.canParse(url)) return ':';
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'http:' ? 80 : 443)}`.slice(0, 300);
}
