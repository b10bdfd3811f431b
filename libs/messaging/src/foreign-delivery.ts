/** One message of another system, as an API instance gets it. Nothing in it has been checked but what is said here. */
export interface ForeignDelivery {
  /**
   * `exchange`: through the public exchange, also with a key that is no task type. `queue`: straight into the plain
   * queue. `vouched`: one of our own programs vouches for `user`.
   */
  entrance: 'exchange' | 'queue' | 'vouched';
  /** Where it was published, and where its sender waits for answers. */
  vhost: 'main' | 'intake';
  routingKey: string;
  body: Buffer;
  /** Who published it: the `user_id` that the broker has checked, or the one that is vouched for; null where nobody is named. */
  user: string | null;
  messageId: string | null;
  correlationId: string | null;
  replyTo: string | null;
  contentType: string | null;
  contentEncoding: string | null;
  /** As the sender says; null where it is absent or no date. */
  timestampMs: number | null;
  /** 0 to 255. */
  priority: number | null;
  /** About what the headers take up on the wire, all levels of them. */
  headerBytes: number;
  /** At the top level. */
  headerCount: number;
  /** It was handed out before. */
  redelivered: boolean;
  /** Aborted when the broker takes the message back, or the subscriber closes and its patience is over. */
  signal: AbortSignal;
}

/** What becomes of a foreign message: `taken` is acknowledged, `refused` is parked with this code first. */
export type ForeignOutcome = { kind: 'taken' } | { kind: 'refused'; code: string; message: string };
