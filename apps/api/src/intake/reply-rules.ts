import { BRIDGE_REPLY_TO, isOneWord } from '@app/messaging';

/** Who names nobody. */
const ANONYMOUS = 'anonymous';
/** What the broker makes up for one connection alone: nobody else knows it, and nobody can declare it. */
const OF_ONE_CONNECTION = ['amq.rabbitmq.reply-to.', 'amq.gen-'];

/** Who asks for an answer, and where. */
export interface AskedReply {
  replyTo: string | null;
  /** Whether one of our own programs has brought the message. */
  vouched: boolean;
  /** The RabbitMQ user; empty for nobody. */
  user: string;
}

/**
 * The queue that answers go to: one that the broker has named, or one that begins with `reply.<user>`. Null for all
 * others, for they may be somebody else's.
 */
export function allowedReply({ replyTo, vouched, user }: AskedReply): string | null {
  if (replyTo === null || replyTo === '') return null;
  if (vouched) return replyTo === BRIDGE_REPLY_TO ? replyTo : null;
  if (OF_ONE_CONNECTION.some((prefix) => replyTo.startsWith(prefix) && replyTo !== prefix)) return replyTo;
  if (user !== '' && (!isOneWord(user) || user === ANONYMOUS)) return null;
  const own = `reply.${user === '' ? ANONYMOUS : user}`;
  return replyTo === own || replyTo.startsWith(`${own}.`) ? replyTo : null;
}
