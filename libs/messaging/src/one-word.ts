/**
 * Whether the name of a RabbitMQ user is one word: 1 to 64 letters, digits, `_` or `-`. Only such a name stands in keys of
 * public events and in names of reply queues, where a dot would reach into somebody else's.
 */
export function isOneWord(user: string): boolean {
  return /^[\w-]{1,64}$/.test(user);
}
