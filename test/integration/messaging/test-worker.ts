import type { CancelMark, TaskEvent, TaskLedger } from '@app/contracts';
import {
  BrokerConnection,
  buildTopology,
  ConfirmPublisher,
  TASK_PATTERN,
  TaskEventPublisher,
  TaskPublisher,
  TaskServer,
  type Settlement,
  type TaskDelivery,
  type TaskLedgerStore,
  type TaskServerOptions,
} from '@app/messaging';
import { onTestFinished } from 'vitest';
import type { Vhost } from '../../support/vhost.js';

/** Short enough to wait for in a test. */
const RETRY_DELAYS_MS = [1000, 2000];
/** So long that what waits in a level is still there whenever a busy machine gets to look. */
export const LONG_DELAYS_MS = [600_000, 1_200_000];

/** A busy disk may take longer than the five seconds that programs wait. */
export const CONFIRM_TIMEOUT_MS = 30_000;

/** A publishing connection as the API or a worker has it. Closed when the test ends. */
export async function startPublisher(
  vhost: Vhost,
  taskTypes: string[] = ['person'],
  name = 'api',
  retryDelaysMs = RETRY_DELAYS_MS,
  options: { confirmTimeoutMs?: number } = {},
) {
  const topology = buildTopology(taskTypes, { retryDelaysMs });
  const connection = new BrokerConnection({ url: vhost.url, name: `${name}-publish` });
  const publisher = new ConfirmPublisher(connection, {
    topology,
    confirmTimeoutMs: CONFIRM_TIMEOUT_MS,
    ...options,
  });
  onTestFinished(async () => {
    await publisher.close();
    await connection.close();
  });
  await publisher.whenReady(60_000);
  return {
    topology,
    connection,
    publisher,
    tasks: new TaskPublisher(publisher),
    events: new TaskEventPublisher(publisher),
  };
}

/** Ledgers in memory, which the workers of one test share as they would share the artifact store. */
export class TestLedgers implements TaskLedgerStore {
  readonly entries = new Map<string, TaskLedger>();
  readonly cancelled = new Set<string>();

  read(taskId: string): Promise<TaskLedger | undefined> {
    return Promise.resolve(this.entries.get(taskId));
  }

  write(taskId: string, ledger: TaskLedger): Promise<void> {
    this.entries.set(taskId, ledger);
    return Promise.resolve();
  }

  cancellation(taskId: string): Promise<Partial<CancelMark> | undefined> {
    return Promise.resolve(this.cancelled.has(taskId) ? { again: 0 } : undefined);
  }
}

/** Every state event from now on, in the order of the broker. */
export async function witness(vhost: Vhost): Promise<TaskEvent[]> {
  const events: TaskEvent[] = [];
  const channel = await vhost.channel();
  await channel.assertExchange('photo_repair.events', 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, 'photo_repair.events', 'state.#');
  await channel.consume(
    queue,
    (message) => message && events.push(JSON.parse(message.content.toString()) as TaskEvent),
    { noAck: true },
  );
  return events;
}

/** A worker with this handler, ready to take tasks. Closed when the test ends. */
export async function startWorker(
  vhost: Vhost,
  handle: (task: TaskDelivery) => Promise<Settlement>,
  options: Partial<TaskServerOptions> & { taskTypes?: string[]; retryDelaysMs?: number[] } = {},
) {
  const { taskTypes = ['person'], name = 'w1', retryDelaysMs, ...rest } = options;
  const { topology, publisher } = await startPublisher(vhost, taskTypes, name, retryDelaysMs);
  const ledgers = new TestLedgers();
  const events = await witness(vhost);
  const server = new TaskServer({
    url: vhost.url,
    name,
    topology,
    publisher,
    graceMs: 2_000,
    ledger: ledgers,
    ...rest,
  });
  server.addHandler(TASK_PATTERN, handle);
  onTestFinished(() => server.close());
  await new Promise<void>((resolve, reject) => server.listen((error) => (error ? reject(error) : resolve())));
  await server.whenReady(60_000);
  return { server, publisher, topology, ledgers, events };
}

/** A promise and how to settle it from outside: what a slow handler waits for. */
export function gate<T = void>(): { opened: Promise<T>; open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { opened, open };
}
