/** An exchange to declare; all are durable and carry no arguments, so that a plain declare elsewhere fits. */
export interface ExchangeRow {
  name: string;
  type: 'direct' | 'fanout' | 'topic';
}

/** A durable queue to declare. Arguments cannot change once the queue exists (see `TopologyMismatch`). */
export interface QueueRow {
  name: string;
  arguments: Readonly<Record<string, string | number>>;
}

/** A queue bound to an exchange; fanout exchanges ignore the key. */
export interface BindingRow {
  queue: string;
  exchange: string;
  routingKey: string;
}

/**
 * What the queues without priorities are: on one node (`classic`), or kept by the majority of several (`quorum`), where they
 * outlive the loss of one. Work queues are always classic.
 */
export type QueueType = 'classic' | 'quorum';

/** Everything that has to exist in the broker, as data. */
export interface Topology {
  taskTypes: readonly string[];
  /** Ascending, in milliseconds. */
  retryDelaysMs: readonly number[];
  exchanges: readonly ExchangeRow[];
  queues: readonly QueueRow[];
  bindings: readonly BindingRow[];
  /** Bindings that must not be there (any more): they are taken away. */
  retired: readonly BindingRow[];
  /**
   * False where this program only looks whether all of it is there, because its user may not make it (`configure` of
   * `BROKER_ROLES`). What is missing is looked for again until the API, or an operator, has made it.
   */
  declares: boolean;
  queueType: QueueType;
}
