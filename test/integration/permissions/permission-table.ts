import type { Role } from './broker-cast.js';

/** What is done to an exchange or a queue of ours. */
export const ON_EXCHANGES = ['publish', 'declareExchange', 'deleteExchange'] as const;
export const ON_QUEUES = ['get', 'consume', 'purge', 'declareQueue', 'deleteQueue'] as const;
export type Operation = (typeof ON_EXCHANGES)[number] | (typeof ON_QUEUES)[number];

const RETRY = ['photo_repair.retry_after.3600s', 'photo_repair.retry_after.7200s'];
const WORK = ['photo_repair.work.person', 'photo_repair.work.building'];

/** Our exchanges with their types and a routing key that is used there; '' is the default exchange. */
export const EXCHANGES: Readonly<Record<string, { type: string; key: string }>> = {
  photo_repair_tasks: { type: 'direct', key: 'person' },
  'photo_repair.unrouted': { type: 'fanout', key: '' },
  'photo_repair.task_events': { type: 'topic', key: 'shop.person.succeeded' },
  'photo_repair.work': { type: 'direct', key: 'person' },
  'photo_repair.vouched': { type: 'fanout', key: '' },
  'photo_repair.dlx': { type: 'fanout', key: 'person' },
  ...Object.fromEntries(RETRY.map((name) => [name, { type: 'fanout', key: 'person' }])),
  'photo_repair.parking': { type: 'fanout', key: 'person' },
  'photo_repair.events': { type: 'topic', key: 'state.person' },
  'photo_repair.control': { type: 'fanout', key: '' },
};

export const QUEUES = [
  'photo_repair_tasks',
  ...WORK,
  ...RETRY,
  'photo_repair.expired',
  'photo_repair.parking',
  'photo_repair.vouched',
  'photo_repair.bridge_answers',
  'photo_repair.results',
];

const ALL = Object.keys(EXCHANGES);
const READ = ['get', 'consume', 'purge'] as const;
const reading = (queues: string[]) => Object.fromEntries(READ.map((operation) => [operation, queues]));

/**
 * In our virtual host: what each role may do, and to which of our exchanges and queues. Everything that is not here is
 * refused with 403.
 */
export const MAY: Readonly<Record<Exclude<Role, 'plain'>, Partial<Record<Operation, string[]>>>> = {
  api: {
    publish: ['', ...ALL],
    declareExchange: ALL,
    deleteExchange: ALL,
    ...reading(QUEUES),
    declareQueue: QUEUES,
    deleteQueue: QUEUES,
  },
  worker: {
    publish: [
      'photo_repair.work',
      ...RETRY,
      'photo_repair.parking',
      'photo_repair.events',
      'photo_repair.control',
    ],
    ...reading(WORK),
  },
  bridge: {
    publish: ['photo_repair.vouched', 'photo_repair.parking'],
    ...reading(['photo_repair.bridge_answers']),
  },
  operator: {
    publish: ['photo_repair.work', 'photo_repair.vouched', 'photo_repair.parking'],
    ...reading(QUEUES),
  },
  shop: { publish: ['photo_repair_tasks'] },
  rival: { publish: ['photo_repair_tasks'] },
};
