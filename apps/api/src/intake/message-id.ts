import type { ForeignDelivery } from '@app/messaging';
import { createHash } from 'node:crypto';
import { isUnusualText } from '../json/unusual-values.js';
import type { ForeignTask } from './foreign-task.js';

/** The width of the column. */
const LONGEST_KEY = 255;

/**
 * Under which a message is the same one again: the sender's own id, else the id of the message, else its bytes. A sender
 * that names no id and sends the same bytes twice means the same task.
 */
export function idempotencyKeyOf(
  { taskId }: Pick<ForeignTask, 'taskId'>,
  { messageId, body }: Pick<ForeignDelivery, 'messageId' | 'body'>,
): string {
  const key = `amqp:${taskId ?? (messageId || sha256(body))}`;
  return key.length > LONGEST_KEY || isUnusualText(key) ? `amqp:${sha256(key)}` : key;
}

/** What decides whether two messages of one id ask for the same: lowercase hex SHA-256. */
export function fingerprintOf(
  taskType: string,
  { source, parameters, callbackUrl, clientRef }: ForeignTask,
): string {
  return sha256(JSON.stringify(canonical([taskType, source, parameters, callbackUrl, clientRef])));
}

/** The same value with the names of each object in order. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, below]) => [name, canonical(below)]);
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
