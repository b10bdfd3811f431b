import { EXCHANGE, QUEUE } from './names.js';

/** The programs and people that log in to the broker. */
export type BrokerRoleName = 'api' | 'worker' | 'bridge' | 'publisher' | 'operator';

/** What a user may do in a virtual host, as RabbitMQ's `set_permissions` and `set_topic_permissions` take it. */
export interface BrokerPermissions {
  /** Names of queues and exchanges that it may make and delete. */
  configure: string;
  /** Exchanges that it may publish to (`amq.default` is the one without a name), queues that it may bind. */
  write: string;
  /** Queues that it may consume from, exchanges that it may bind a queue to. */
  read: string;
  /** Routing keys, on exchanges of the type topic; an exchange that is not named here has no such limit. */
  topics: readonly { exchange: string; write: string; read: string }[];
}

/** A role: what its users are for, where they log in, and what they may do there. */
export interface BrokerRole extends BrokerPermissions {
  /** In which virtual hosts: ours, and that for other systems alone (`AMQP_INTAKE_URL`). */
  vhosts: readonly ('main' | 'intake')[];
  /** Of RabbitMQ's management page. */
  tags: readonly string[];
}

const NOTHING = '^$';
/** The broker names these: queues that live as long as their connection. Nobody can guess the name of another's. */
const OWN_QUEUES = 'amq\\.gen-.*';
const PER_USER = '(reply|events)\\.{username}(\\..*)?';

/**
 * The least that each role can do its work with (measured on RabbitMQ 3.10). A queue and an exchange of the same name
 * cannot be told apart here. RabbitMQ 4.2.6 and 4.3.0 want `configure` for a look at a queue, which an operator's command
 * line needs for `photo_repair.parking`; no other version does.
 *
 * `{username}` stands for the user's name. RabbitMQ itself puts it in only in topic permissions, and there as a part of
 * the expression, so that `.` in a name would stand for any character: use `permissionsFor`.
 */
export const BROKER_ROLES: Readonly<Record<BrokerRoleName, BrokerRole>> = {
  /** Makes everything, in both virtual hosts, and answers in queues of other systems (`amq.default`). */
  api: {
    vhosts: ['main', 'intake'],
    tags: [],
    configure: `^(${QUEUE.ingress}|photo_repair\\..*|${OWN_QUEUES})$`,
    write: `^(${QUEUE.ingress}|photo_repair\\..*|${OWN_QUEUES}|amq\\.default)$`,
    read: `^(${QUEUE.ingress}|photo_repair\\..*|${OWN_QUEUES})$`,
    topics: [],
  },
  /**
   * With AMQP_DECLARE=false. It takes tasks, tells what becomes of them, and sends them round again or to the
   * operators; it cannot hand in a task in somebody's name.
   */
  worker: {
    vhosts: ['main'],
    tags: [],
    configure: `^${OWN_QUEUES}$`,
    write: `^(photo_repair\\.(events|control|work|parking|retry_after\\.[^.]+)|${OWN_QUEUES})$`,
    read: `^(photo_repair\\.(work\\..+|control)|${OWN_QUEUES})$`,
    // `changed.` is the API's own.
    topics: [{ exchange: EXCHANGE.events, write: '^(state|progress|worker)\\.', read: NOTHING }],
  },
  /** Vouches for what it brings from elsewhere, and hears what becomes of it. */
  bridge: {
    vhosts: ['main'],
    tags: [],
    configure: NOTHING,
    write: '^photo_repair\\.(vouched|parking)$',
    read: '^photo_repair\\.bridge_answers$',
    topics: [],
  },
  /**
   * A program of somebody else: hands in tasks by the exchange, hears of its own tasks alone, and has queues of its own
   * for that (`reply.<user>…`, `events.<user>…`, or named by the broker). It reads nobody else's messages.
   */
  publisher: {
    vhosts: ['intake', 'main'],
    tags: [],
    configure: `^(${PER_USER}|${OWN_QUEUES})$`,
    write: `^(${EXCHANGE.tasks}|${PER_USER}|${OWN_QUEUES})$`,
    read: `^(photo_repair\\.task_events|${PER_USER}|${OWN_QUEUES})$`,
    topics: [{ exchange: EXCHANGE.taskEvents, write: NOTHING, read: '^{username}\\.' }],
  },
  /** Looks at the management page, reads and empties queues, and sends parked messages through once more. */
  operator: {
    vhosts: ['main', 'intake'],
    tags: ['monitoring'],
    configure: NOTHING,
    write: '^photo_repair\\.(work|vouched|parking)$',
    read: `^(${QUEUE.ingress}|photo_repair\\..*)$`,
    topics: [],
  },
};

/** The permissions of one user of a role: `BROKER_ROLES` with its name put in, literally. */
export function permissionsFor(role: BrokerRoleName, username: string): BrokerPermissions {
  const { configure, write, read, topics } = BROKER_ROLES[role];
  const name = username.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const put = (pattern: string) => pattern.replaceAll('{username}', () => name);
  return {
    configure: put(configure),
    write: put(write),
    read: put(read),
    topics: topics.map((topic) => ({ ...topic, write: put(topic.write), read: put(topic.read) })),
  };
}
