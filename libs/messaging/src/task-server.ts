import {
  BaseRpcContext,
  Server,
  type CustomTransportStrategy,
  type MessageHandler,
} from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import { z } from 'zod';
import { failureSchema } from '@app/contracts';
import { BrokerConnection, type BrokerState } from './broker-connection.js';
import type { ConfirmPublisher } from './confirm-publisher.js';
import { silentLogger, type MessagingLogger } from './messaging-logger.js';
import { TASK_PATTERN, type Settlement, type TaskDelivery } from './task-delivery.js';
import { TaskIntake } from './task-intake.js';
import { TaskProcessor, type TaskServerHooks } from './task-processor.js';
import { TaskRepublisher } from './task-republisher.js';
import type { Topology } from './topology-rows.js';

/** Which tasks a worker takes, how many at once, and what its owner is told. */
export interface TaskServerOptions extends TaskServerHooks {
  url: string;
  /** The worker's name: in the management page (`<name>-consume`) and in `x-parked-by`. */
  name: string;
  /** Whose task types are taken, and which retry levels there are. */
  topology: Topology;
  /** For retries and parking, on a connection of its own. Close it after the server. */
  publisher: ConfirmPublisher;
  /** Tasks in hand at most, over all types; 1 by default. */
  concurrency?: number;
  /** How long `close()` lets running tasks go on before it aborts them; 30,000 ms by default. */
  graceMs?: number;
  logger?: MessagingLogger;
}

/** How long an aborted handler has to end by itself (it may still settle) before its task is given up. */
const ABORT_MS = 5_000;

const settlementSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('retry'), delayMs: z.number().nonnegative(), failure: failureSchema }),
  z.object({ kind: z.literal('park'), failure: failureSchema }),
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
  private readonly stopRunning = new AbortController();
  private readonly messages: MessagingLogger;
  private connection: BrokerConnection | undefined;
  private intake: TaskIntake | undefined;

  constructor(private readonly options: TaskServerOptions) {
    super();
    this.messages = options.logger ?? silentLogger;
  }

  /** Begins to take tasks, as soon as the broker can be reached; the callback comes at once. */
  listen(callback: (error?: unknown) => void): void {
    const handler = this.messageHandlers.get(TASK_PATTERN);
    if (!handler) return callback(new Error(`No handler has the message pattern '${TASK_PATTERN}'.`));
    const { topology, name, url, publisher, concurrency = 1 } = this.options;
    const { messages: logger } = this;
    const processor = new TaskProcessor({
      topology,
      republisher: new TaskRepublisher(publisher, name),
      hooks: this.options,
      logger,
      handle: (task) => call(handler, task),
      signal: this.stopRunning.signal,
    });
    this.connection = new BrokerConnection({ url, name: `${name}-consume`, logger });
    this.connection.onState((state) => this._status$.next(state));
    this.intake = new TaskIntake({
      connection: this.connection,
      topology,
      concurrency,
      logger,
      process: (delivery) => processor.process(delivery),
      giveBack: (delivery) => processor.giveBack(delivery),
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

  /** Tasks in hand. */
  get runningCount(): number {
    return this.intake?.runningCount ?? 0;
  }

  /** Resolves once tasks are being taken; rejects after `timeoutMs`, and at once with a `TopologyMismatch`. */
  async whenReady(timeoutMs: number): Promise<void> {
    if (!this.intake) throw new Error('The task server has not been started.');
    await this.intake.whenReady(timeoutMs);
  }

  /**
   * Takes no more tasks and waits for the running ones (`graceMs`); then aborts their signals and waits a moment more;
   * what has not ended by then goes back to its queue. Takes `graceMs` + 10 s at most.
   */
  async close(): Promise<void> {
    if (!this.intake) return;
    await this.intake.stop();
    await this.intake.idle(this.options.graceMs ?? 30_000);
    if (this.intake.runningCount > 0) {
      this.stopRunning.abort(new Error('The worker is stopping.'));
      await this.intake.idle(ABORT_MS);
    }
    await this.intake.close();
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
