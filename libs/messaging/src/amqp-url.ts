/** Thrown for a broker address that cannot be one; the message never repeats the address, which holds a password. */
export class InvalidAmqpUrl extends Error {
  override readonly name = 'InvalidAmqpUrl';
}

/** The address of a broker, checked: `amqp://user:password@host:5672/vhost` or `amqps://…`. */
export function parseAmqpUrl(url: string): URL {
  if (!URL.canParse(url)) throw new InvalidAmqpUrl('The broker address is not a URL.');
  const parsed = new URL(url);
  if (parsed.protocol !== 'amqp:' && parsed.protocol !== 'amqps:') {
    throw new InvalidAmqpUrl('The broker address has to start with amqp:// or amqps://.');
  }
  if (parsed.hostname === '') throw new InvalidAmqpUrl('The broker address names no host.');
  return parsed;
}

/**
 * A broker address for logs and messages: without password and query, and never throwing. Whatever is not surely a
 * broker's address comes back as `(not a broker address)`, because a password may be anywhere in it.
 */
export function redactAmqpUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  // An @ in the path: a slash in the password has ended the host too early.
  const trusted =
    parsed && /^amqps?:$/.test(parsed.protocol) && parsed.host !== '' && !parsed.pathname.includes('@');
  if (!trusted) return '(not a broker address)';
  const { protocol, username, host, pathname } = parsed;
  return `${protocol}//${username ? `${username}@` : ''}${host}${pathname}`;
}
