import type { ArtifactRef, TaskLedger, WorkerStatus } from '@app/contracts';
import {
  BrokerConnection,
  buildTopology,
  ConfirmPublisher,
  TASK_PATTERN,
  TaskServer,
  WorkerStatusPublisher,
  type Settlement,
  type TaskDelivery,
  type TaskLedgerStore,
} from '@app/messaging';
import { setTimeout as sleep } from 'node:timers/promises';

const TELL_EVERY_MS = 1_000;
const RESULT: Omit<ArtifactRef, 'key'> = {
  mediaType: 'image/png',
  width: 400,
  height: 300,
  bytes: 1000,
  sha256: 'b'.repeat(64),
};

/** A worker without an engine: each task takes the same time and succeeds, one after the other. */
export class TimedWorker {
  /** When each task was begun, by id, in the order in which they were. */
  readonly begun = new Map<string, number>();
  private running: string | undefined;
  private readonly id = crypto.randomUUID();

  private constructor(
    private readonly serviceMs: number,
    private readonly connection: BrokerConnection,
    private readonly publisher: ConfirmPublisher,
    private readonly server: TaskServer,
    private readonly telling: NodeJS.Timeout,
  ) {}

  static async start(url: string, serviceMs: number): Promise<TimedWorker> {
    const topology = buildTopology(['person', 'building']);
    const connection = new BrokerConnection({ url, name: 'bench-worker-publish' });
    const publisher = new ConfirmPublisher(connection, { topology });
    const server = new TaskServer({ url, name: 'bench', topology, publisher, ledger: new LedgersInMemory() });
    const status = new WorkerStatusPublisher(publisher);
    const telling = setInterval(() => status.publishWorkerStatus(worker.status), TELL_EVERY_MS);
    const worker = new TimedWorker(serviceMs, connection, publisher, server, telling);
    server.addHandler(TASK_PATTERN, (task: TaskDelivery) => worker.run(task));
    await new Promise<void>((resolve, reject) =>
      server.listen((error) => (error ? reject(new Error('not started', { cause: error })) : resolve())),
    );
    await publisher.whenReady(15_000);
    await server.whenReady(15_000);
    status.publishWorkerStatus(worker.status);
    return worker;
  }

  async close(): Promise<void> {
    clearInterval(this.telling);
    await this.server.close();
    await this.publisher.close();
    await this.connection.close();
  }

  private async run({ message: { taskId } }: TaskDelivery): Promise<Settlement> {
    this.begun.set(taskId, performance.now());
    this.running = taskId;
    await sleep(this.serviceMs);
    this.running = undefined;
    return {
      kind: 'succeeded',
      result: { ...RESULT, key: `results/${taskId}.benchmark.png` },
      engine: { name: 'built-in', version: '1', colouring: 'preview' },
    };
  }

  private get status(): WorkerStatus {
    const at = new Date().toISOString();
    const stage = 'running' as const;
    return {
      version: 1,
      kind: 'worker',
      worker: 'bench',
      process: this.id,
      taskTypes: ['person', 'building'],
      concurrency: 1,
      lookahead: 0,
      running:
        this.running === undefined ? [] : [{ taskId: this.running, taskType: 'person', since: at, stage }],
      engines: [],
      tap: 'open',
      closedBecause: null,
      at,
    };
  }
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
