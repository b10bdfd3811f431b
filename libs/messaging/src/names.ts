/** Every exchange by its role. The first name is public: other systems publish photos' tasks to it. */
export const EXCHANGE = {
  tasks: 'photo_repair_tasks',
  unrouted: 'photo_repair.unrouted',
  deadLetters: 'photo_repair.dlx',
  parking: 'photo_repair.parking',
  events: 'photo_repair.events',
  control: 'photo_repair.control',
} as const;

/** The queues that exist once; work and retry queues are named by the functions below. */
export const QUEUE = {
  ingress: 'photo_repair_tasks',
  expired: 'photo_repair.expired',
  parking: 'photo_repair.parking',
  results: 'photo_repair.results',
} as const;

/** The queue in which tasks of one type wait for a worker. */
export function workQueueName(taskType: string): string {
  return `photo_repair.work.${taskType}`;
}

/** The exchange and the queue of one retry level (they share the name): `photo_repair.retry.5s`. */
export function retryLevelName(delayMs: number): string {
  return `photo_repair.retry.${delayMs % 1000 === 0 ? `${delayMs / 1000}s` : `${delayMs}ms`}`;
}
