/**
 * The broker's sentence about a queue or exchange that exists with other arguments, for example
 * `inequivalent arg 'x-max-priority' for queue 'q' in vhost '/': received the value '4' of type 'signedint' but
 * current is none` (RabbitMQ 3.10 to 4.3).
 */
const INEQUIVALENT =
  /inequivalent arg '([^']+)' for (queue|exchange) '([^']+)' in vhost '([^']+)': received (.+?) but current is (.+?)"?$/;

/** Arguments that quorum queues of ours have and classic ones do not, or otherwise; the broker names the first that differs. */
const OF_QUORUM = ['x-queue-type', 'x-delivery-limit', 'x-dead-letter-strategy', 'x-overflow'];

/**
 * A queue or exchange exists already, but not as this version declares it. Trying again does not help: an operator
 * has to delete or rename it. `message` is a plain sentence that names it and the difference.
 */
export class TopologyMismatch extends Error {
  override readonly name = 'TopologyMismatch';

  constructor(
    readonly kind: 'queue' | 'exchange',
    readonly entity: string,
    readonly argument: string,
    readonly declared: string,
    readonly existing: string,
    vhost: string,
  ) {
    super(
      `The ${kind} ${entity} exists in the virtual host ${vhost} with another ${argument}: ` +
        `the broker has ${existing}, this version needs ${declared}. ` +
        `Empty and delete that ${kind}, or use another virtual host` +
        (OF_QUORUM.includes(argument)
          ? '. It was made with another AMQP_QUEUE_TYPE: that may also be set to what it was.'
          : '.'),
    );
  }

  /** The mismatch that an error of the broker tells about, if it does. */
  static from(error: unknown): TopologyMismatch | undefined {
    const found = error instanceof Error ? INEQUIVALENT.exec(error.message) : null;
    if (!found) return undefined;
    const [, argument = '', kind = '', entity = '', vhost = '', declared = '', existing = ''] = found;
    return new TopologyMismatch(
      kind === 'exchange' ? 'exchange' : 'queue',
      entity,
      argument,
      plain(declared),
      plain(existing),
      vhost,
    );
  }
}

/** `the value '4' of type 'signedint'` reads as `4`. */
function plain(value: string): string {
  return /^the value '(.*)' of type/.exec(value)?.[1] ?? value.replace(/^'(.*)'$/, '$1');
}
