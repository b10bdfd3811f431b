import type { TaskLedger, TaskMessage } from '@app/contracts';
import { context } from '@opentelemetry/api';
import { Mutex } from 'async-mutex';
import type { DecodedTask } from './decode-task.js';
import type { Delivery } from './delivery.js';
import { letGo, NEW_LEDGER, told, type Holder } from './ledger-rules.js';
import type { TaskPlace } from './task-place.js';
import type { TaskLedgerStore } from './task-ledger-store.js';

/** A task whose message this process has in hand, with its ledger as this process knows it. */
export class HeldTask {
  /** In which its message is handled, for what is done with it from elsewhere. */
  readonly context = context.active();
  private readonly writing = new Mutex();

  constructor(
    readonly delivery: Delivery,
    readonly place: TaskPlace,
    readonly decoded: DecodedTask,
    private readonly store: TaskLedgerStore,
    /** Undefined where no worker has begun the task. */
    private known: TaskLedger | undefined,
  ) {}

  get message(): TaskMessage {
    return this.decoded.message;
  }

  get ledger(): TaskLedger {
    return this.known ?? NEW_LEDGER;
  }

  /** No worker has ever begun it. */
  get isFresh(): boolean {
    return this.known === undefined;
  }

  /** 1 for the first; the one that runs, or would run next. */
  get attempt(): number {
    return this.ledger.failedAttempts + 1;
  }

  /** Resolves once the changed ledger is durable; without that nothing has changed. */
  update(change: (ledger: TaskLedger) => TaskLedger): Promise<void> {
    return this.writing.runExclusive(async () => {
      const next = change(this.ledger);
      await this.store.write(this.message.taskId, next);
      this.known = next;
    });
  }

  /** Its turn has come. Durable with the next update, which follows soon: what depends on it is a rare race. */
  told(): void {
    if (this.known) this.known = told(this.known);
  }

  async readAgain(): Promise<void> {
    this.known = await this.store.read(this.message.taskId);
  }

  /**
   * Lets go of the task without having settled its message. Another worker may have begun it by now; its entry stays.
   */
  letGo(me: Holder): Promise<void> {
    return this.writing.runExclusive(async () => {
      const { taskId } = this.message;
      const stored = await this.store.read(taskId);
      if (stored?.holder?.process !== me.process || stored.run !== this.ledger.run) return;
      this.known = letGo({ ...told(stored), ...untoldOf(this.ledger) });
      await this.store.write(taskId, this.known);
    });
  }
}

function untoldOf({ untoldRuns }: TaskLedger): Pick<TaskLedger, 'untoldRuns'> {
  return untoldRuns === undefined ? {} : { untoldRuns };
}
