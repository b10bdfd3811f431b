/** The broker's sentence: `NOT_FOUND - no queue 'q' in vhost '/'` (RabbitMQ 3.10 to 4.3). */
const NOT_FOUND = /NOT_FOUND - no (queue|exchange) '([^']+)' in vhost '([^']+)'/;

/**
 * A queue or exchange is not there, and this program does not make it (`Topology.declares`), or it was deleted at this
 * very moment. It is looked for again; `message` is a plain sentence that names it.
 */
export class TopologyMissing extends Error {
  override readonly name = 'TopologyMissing';

  constructor(
    readonly kind: 'queue' | 'exchange',
    readonly entity: string,
    vhost: string,
  ) {
    super(
      `The virtual host ${vhost} has no ${kind} ${entity}. The API makes it where its user may, or a file of definitions.`,
    );
  }

  /** What an error of the broker says to be missing, if it does. */
  static from(error: unknown): TopologyMissing | undefined {
    const found = error instanceof Error ? NOT_FOUND.exec(error.message) : null;
    if (!found) return undefined;
    const [, kind = '', entity = '', vhost = ''] = found;
    return new TopologyMissing(kind === 'exchange' ? 'exchange' : 'queue', entity, vhost);
  }
}
