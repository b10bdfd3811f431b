import type { TaskLedger } from '@app/contracts';
import {
  BrokerConnection,
  buildTopology,
  ConfirmPublisher,
  TASK_PATTERN,
  TaskPublisher,
  TaskServer,
  type TaskDelivery,
  type TaskLedgerStore,
} from '@app/messaging';
import type { Lane } from './lane.js';

const READY_MS = 15_000;

/** The same hop by way of libs/messaging, with ledgers in memory. */
export async function openOurLane(url: string, taskTypes: readonly string[]): Promise<Lane> {
  const topology = buildTopology(taskTypes);
  const connection = new BrokerConnection({ url, name: 'bench-publish' });
  const publisher = new ConfirmPublisher(connection, { topology });
  const tasks = new TaskPublisher(publisher);
  const server = new TaskServer({ url, name: 'bench', topology, publisher, ledger: new LedgersInMemory() });
  const lane: Lane = {
    publish: (task) => tasks.publishTask(task),
    onHandled: () => undefined,
    close: async () => {
      await server.close();
      await publisher.close();
      await connection.close();
    },
  };
  server.addHandler(TASK_PATTERN, (task: TaskDelivery) => {
    lane.onHandled(task.message.taskId);
    return Promise.resolve({ kind: 'done' });
  });
  await new Promise<void>((resolve, reject) =>
    server.listen((error) => (error ? reject(new Error('not started', { cause: error })) : resolve())),
  );
  await publisher.whenReady(READY_MS);
  await server.whenReady(READY_MS);
  return lane;
}

class LedgersInMemory implements TaskLedgerStore {
  private readonly ledgers = new Map<string, TaskLedger>();

  read(taskId: string): Promise<TaskLedger | undefined> {
    return Promise.resolve(this.ledgers.get(taskId));
  }

  write(taskId: string, ledger: TaskLedger): Promise<void> {
    this.ledgers.set(taskId, ledger);
    return Promise.resolve();
  }

  cancellation(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
