import {
  BaseRpcContext,
  Server,
  type CustomTransportStrategy,
  type MessageHandler,
} from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { z } from 'zod';
import {
  artifactRefSchema,
  engineRefSchema,
  failureSchema,
  type TaskLedger,
  type WorkerOrders,
} from '@app/contracts';
import { randomUUID } from 'node:crypto';
import { BrokerConnection, type BrokerState } from './broker-connection.js';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { silentLogger, type MessagingLogger } from './messaging-logger.js';
import { ServerEvents } from './server-events.js';
import { TaskControlConsumer } from './task-control-consumer.js';
import { TaskControlPublisher } from './task-control-publisher.js';
import { TASK_PATTERN, type Settlement, type TaskDelivery } from './task-delivery.js';
import { TaskIntake } from './task-intake.js';
import type { TaskGate } from './task-gate.js';
import { TaskEventPublisher } from './task-event-publisher.js';
import type { TaskLedgerStore } from './task-ledger-store.js';
import { TaskProcessor } from './task-processor.js';
import { TaskRepublisher } from './task-republisher.js';
import type { Topology } from './topology-rows.js';

/** Which tasks a worker takes, and how many at once. */
export interface TaskServerOptions {
  url: string;
  /** The worker's name: in the management page (`<name>-consume`), in events and in `x-parked-by`. */
  name: string;
  /** Whose task types are taken, and which retry levels there are. */
  topology: Topology;
  /** For events, retries and parking, on a connection of its own. Close it after the server. */
  publisher: ConfirmPublisher;
  /** What all workers know of tasks beyond one message. */
  ledger: TaskLedgerStore;
  /** May keep the worker from taking tasks for a while. Without one it always takes them. */
  gate?: TaskGate;
  /** Tasks that run at most, over all types, where the gate does not say; 1 by default. */
  concurrency?: number;
  /**
   * Tasks that are taken beforehand while all places are in use, where the gate does not say; 0 by default. They are
   * handled at once, but have to wait for their turn (`TaskDelivery.isAhead`), and go back when another worker has
   * nothing to do. A worker of one task type without any takes the next task when the last one's message is settled,
   * also where that has left before (`TaskDelivery.leave`).
   */
  lookahead?: number;
  /**
   * How long a task may be held ahead before it goes back; 240,000 ms by default. RabbitMQ closes the channel over a
   * message that is in hand for 30 minutes (its `consumer_timeout`), and a run of the task has to fit in after this.
   */
  aheadLimitMs?: number;
  /**
   * Stops the prompt that an earlier run has left in an engine, when its task turns out to be cancelled. What it
   * rejects with is logged.
   */
  abandonPrompt?: (prompt: NonNullable<TaskLedger['prompt']>) => Promise<void>;
  /** Is told that an API has started and asks who is there. */
  onHello?: () => void;
  /** Is told that the API wants to have erased what a task has left in engines. Only a hint: anybody may publish it. */
  onErase?: (taskId: string) => void;
  /** Is told what the operators have paused; what follows from it is the gate's. */
  onPauses?: (orders: WorkerOrders) => void;
  /** How long `close()` lets running tasks go on before it aborts them; 30,000 ms by default. */
  graceMs?: number;
  logger?: MessagingLogger;
}

/** How long tasks have to be handed back in order; a machine that is taken away gives 30 s, some supervisors less. */
const HAND_BACK_MS = 4_000;
/** How long an aborted handler has to end by itself (it may still settle) before its task is given up. */
const ABORT_MS = 5_000;
const AHEAD_LIMIT_MS = 4 * 60_000;

const gpu = z.string().nullable().optional();

const settlementSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('succeeded'), result: artifactRefSchema, engine: engineRefSchema, gpu }),
  z.object({
    kind: z.literal('retry'),
    delayMs: z.number().nonnegative(),
    counted: z.boolean(),
    failure: failureSchema,
    gpu,
  }),
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('park'), failure: failureSchema, gpu }),
]);

/**
 * The Nest transport that brings tasks from the work queues to the one handler of `TASK_PATTERN` and settles each
 * message exactly once, by what the handler resolves to (a `Settlement`).
 *
 * Nest's own RabbitMQ transport is not used: a handler that throws there keeps its message for ever, `close()` does
 * not drain, and after a lost connection a task runs twice at the same time (@nestjs/microservices 12.1).
 *
 * A handler that throws, or resolves to no settlement, has its task parked as `unknown` (a `TaskFailure` keeps its
 * code). Put `OriginalErrorFilter` on the handler, or Nest replaces the error by "Internal server error".
 */
export class TaskServer extends Server implements CustomTransportStrategy {
  override readonly transportId = Symbol('photo-repair tasks');
  private readonly messages: MessagingLogger;
  private connection: BrokerConnection | undefined;
  private processor: TaskProcessor | undefined;
  private intake: TaskIntake | undefined;
  private control: TaskControlConsumer | undefined;

  constructor(private readonly options: TaskServerOptions) {
    super();
    this.messages = options.logger ?? silentLogger;
  }

  /** Begins to take tasks, as soon as the broker can be reached; the callback comes at once. */
  listen(callback: (error?: unknown) => void): void {
    const handler = this.messageHandlers.get(TASK_PATTERN);
    if (!handler) return callback(new Error(`No handler has the message pattern '${TASK_PATTERN}'.`));
    const {
      topology,
      name,
      url,
      publisher,
      ledger,
      gate,
      abandonPrompt,
      concurrency = 1,
      lookahead = 0,
      aheadLimitMs = AHEAD_LIMIT_MS,
    } = this.options;
    const { messages: logger } = this;
    const me = { process: randomUUID(), worker: name };
    const others = new TaskControlPublisher(publisher);
    const processor = (this.processor = new TaskProcessor({
      topology,
      republisher: new TaskRepublisher(publisher, name),
      events: new ServerEvents(new TaskEventPublisher(publisher), name),
      ledgers: ledger,
      me,
      logger,
      handle: (task) => call(handler, task),
      ...(abandonPrompt && { abandonPrompt }),
    }));
    this.connection = new BrokerConnection({ url, name: `${name}-consume`, logger });
    this.connection.onState((state) => this._status$.next(state));
    const intake = (this.intake = new TaskIntake({
      connection: this.connection,
      topology,
      room: { running: concurrency, ahead: lookahead },
      aheadLimitMs,
      ...(gate && { gate }),
      logger,
      process: (delivery, place) => processor.process(delivery, place),
      giveBack: (delivery) => processor.giveBack(delivery),
      onIdle: (taskTypes) => others.idle(me.process, taskTypes),
    }));
    const { running } = processor;
    const { onHello, onErase, onPauses } = this.options;
    this.control = new TaskControlConsumer({
      connection: this.connection,
      topology,
      logger,
      onCancel: (taskId) => void running.cancelIfMarked(taskId),
      onOpen: () => void running.cancelAllMarked(),
      // What it holds itself is not worth giving back before a moment has passed, which it looks after itself.
      onIdle: (process, types) => void (process === me.process || intake.makeWay(types)),
      ...(onHello && { onHello }),
      ...(onErase && { onErase }),
      ...(onPauses && { onPauses }),
    });
    callback();
  }

  /** For readiness: the state of the consuming connection. */
  get state(): BrokerState {
    return this.connection?.state ?? 'connecting';
  }

  /** Why no task can be taken, as a phrase of the broker or the network; null when it can. */
  get problem(): string | null {
    return this.intake ? this.intake.problem : 'not started';
  }

  /** Why the gate lets no task in, as a phrase; null while it is open. */
  get tapClosedBecause(): string | null {
    return this.intake?.tapClosedBecause ?? null;
  }

  /** Tasks in hand, also those that are ahead of their turn or have left. */
  get runningCount(): number {
    return this.intake?.count ?? 0;
  }

  /** The topology has grown (`growTopology`): tasks of the new types are taken, too. What is in hand goes on. */
  takeNewTypes(): void {
    this.intake?.takeNewTypes();
  }

  /** Resolves once tasks are being taken; rejects after `timeoutMs`, and at once with a `TopologyMismatch`. */
  async whenReady(timeoutMs: number): Promise<void> {
    if (!this.intake) throw new Error('The task server has not been started.');
    await this.intake.whenReady(timeoutMs);
  }

  /**
   * Takes no more tasks, for good, and gives back all that are in hand, also those that run: their signals are aborted,
   * and nobody is charged. Only results that are being stored may still be; what has not ended after 4 s goes back to its
   * queue all the same. Stays connected; `close()` comes later. For a machine that is about to be taken away.
   */
  async handBack(): Promise<void> {
    if (!this.intake) return;
    const stopped = this.intake.stop();
    this.processor?.interrupt((task) => !task.place.hasLeft);
    await this.intake.idle(HAND_BACK_MS);
    await this.processor?.abandonRunning();
    await stopped;
  }

  /**
   * Takes no more tasks, gives back what was taken ahead and waits for the running ones (`graceMs`); then aborts their signals and waits a moment more;
   * what has not ended by then goes back to its queue. Takes `graceMs` + 10 s at most.
   */
  async close(): Promise<void> {
    if (!this.intake) return;
    await this.intake.stop();
    await this.intake.idle(this.options.graceMs ?? 30_000);
    if (this.intake.count > 0) {
      this.processor?.interrupt();
      await this.intake.idle(ABORT_MS);
      await this.processor?.abandonRunning();
    }
    await this.intake.close();
    await this.control?.close();
    await this.connection?.close();
  }

  /** Two handlers of one task would both run it, so a second one is refused. */
  override addHandler(pattern: unknown, handler: MessageHandler, isEvent = false, extras: object = {}): void {
    if (pattern === TASK_PATTERN && this.messageHandlers.has(TASK_PATTERN)) {
      throw new Error(`Two handlers have the message pattern '${TASK_PATTERN}'.`);
    }
    super.addHandler(pattern, handler, isEvent, extras);
  }

  /** Nest's hook for a driver's own events; use `status` and the logger. */
  override on(): never {
    throw new Error('The task server has no events to listen to; subscribe to its status.');
  }

  /** The consuming connection; undefined before `listen`. */
  override unwrap<T>(): T {
    return this.connection as T;
  }
}

async function call(handler: MessageHandler, task: TaskDelivery): Promise<Settlement> {
  const result: unknown = await handler(task, new BaseRpcContext([]));
  const value: unknown = isObservable(result)
    ? await lastValueFrom(result, { defaultValue: undefined })
    : result;
  const settlement = settlementSchema.safeParse(value);
  if (!settlement.success) throw new Error('the handler did not resolve to a settlement');
  return settlement.data;
}
