/** Every exchange by its role. */
export const EXCHANGE = {
  /** Public: other systems publish here, with the task type as the routing key. */
  tasks: 'photo_repair_tasks',
  /** Public: what they published with a key that is no task type. */
  unrouted: 'photo_repair.unrouted',
  /** Public: what happens to tasks, for whoever binds a queue of its own. */
  taskEvents: 'photo_repair.task_events',
  /** Tasks that were taken in, on their way to the workers. Nobody but our own programs may publish here. */
  work: 'photo_repair.work',
  /** Messages of other systems for whose publisher one of our own programs vouches. */
  vouched: 'photo_repair.vouched',
  deadLetters: 'photo_repair.dlx',
  parking: 'photo_repair.parking',
  events: 'photo_repair.events',
  control: 'photo_repair.control',
} as const;

/** The queues that exist once; work and retry queues are named by the functions below. */
export const QUEUE = {
  ingress: 'photo_repair_tasks',
  vouched: 'photo_repair.vouched',
  /** Answers to what the bridge has published. */
  bridgeAnswers: 'photo_repair.bridge_answers',
  expired: 'photo_repair.expired',
  parking: 'photo_repair.parking',
  results: 'photo_repair.results',
} as const;

/** Where the bridge waits for answers: what is vouched for is answered there and nowhere else. */
export const BRIDGE_REPLY_TO: string = QUEUE.bridgeAnswers;

/** The queue in which tasks of one type wait for a worker. */
export function workQueueName(taskType: string): string {
  return `photo_repair.work.${taskType}`;
}

/** The exchange and the queue of one retry level (they share the name): `photo_repair.retry_after.5s`. */
export function retryLevelName(delayMs: number): string {
  return `photo_repair.retry_after.${delayMs % 1000 === 0 ? `${delayMs / 1000}s` : `${delayMs}ms`}`;
}
