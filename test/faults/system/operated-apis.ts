import type { AuditEntryView, NewOperation, OperationView } from '@app/contracts';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { openDatabase } from '../../../apps/api/src/database/open-database.js';
import type { Database, TaskRow } from '../../../apps/api/src/database/schema.js';
import { failedTask, insertRows } from '../../integration/operator/failed-tasks.js';
import '../global-fault-broker.js';
import { AUTHORIZATION, OPERATOR_KEY } from '../clients/operator-key.js';
import { AppProcess } from './app-process.js';
import { FaultBroker } from './fault-broker.js';

const READY_MS = 60_000;
const POLL_MS = 5;
const REQUEST_LIMIT_MS = 10_000;

export interface OperatedApisOptions {
  /** Names the folder of logs below `out/faults`. */
  scenario: string;
  /** `OPERATION_RATE`. */
  rate: number;
  /** `postgres://…`; else the embedded database, for one instance. */
  databaseUrl?: string;
  instances?: number;
}

/**
 * API instances in processes of their own with many failed tasks, and an operator who does something to all of them. There
 * are no workers: what is put in line stays there.
 */
export class OperatedApis {
  readonly apis: AppProcess[] = [];
  private readonly vhost = `operations-${randomUUID()}`;
  private readonly broker = FaultBroker.adopt(inject('faultBrokerFolder'));

  private constructor(
    private readonly options: OperatedApisOptions,
    private readonly dataDir: string,
    /** The store, past the instances. */
    readonly db: Database,
  ) {}

  static async start(options: OperatedApisOptions): Promise<OperatedApis> {
    const dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-operations-'));
    const databaseUrl = options.databaseUrl ?? `file:${join(dataDir, 'photo-repair.db')}`;
    const operated = new OperatedApis(options, dataDir, openDatabase(databaseUrl));
    try {
      await operated.startAll(databaseUrl);
    } catch (error) {
      await operated.stop();
      throw error;
    }
    return operated;
  }

  /** Tasks that have failed a minute ago, written by the store itself. */
  async fail(count: number, changes: Partial<TaskRow> = {}): Promise<TaskRow[]> {
    const rows = Array.from({ length: count }, () => failedTask(changes));
    await insertRows(this.db, rows);
    return rows;
  }

  async preview(asked: NewOperation): Promise<number> {
    const { count } = await this.ask<{ count: number }>('POST', 'operations?preview=true', asked);
    return count;
  }

  begin(asked: NewOperation): Promise<OperationView> {
    return this.ask('POST', 'operations', asked);
  }

  stopOperation(id: string): Promise<OperationView> {
    return this.ask('DELETE', `operations/${id}`);
  }

  /** Waits for its end, by asking whoever answers. */
  async ended(id: string, timeoutMs: number): Promise<OperationView> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const operation = await this.ask<OperationView>('GET', `operations/${id}`);
      if (operation.state !== 'running') return operation;
      if (Date.now() > deadline) throw new Error(`It has not ended: ${JSON.stringify(operation)}`);
      await sleep(10 * POLL_MS);
    }
  }

  /** Waits until nobody is at a batch of it. */
  async untilCounted(id: string, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { batch } = await this.db
        .selectFrom('operations')
        .select('batch')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      if (batch === null) return;
      if (Date.now() > deadline) throw new Error(`The last batch of ${id} was not counted in time.`);
      await sleep(POLL_MS);
    }
  }

  /** Waits until so many tasks were put in line once more, counted in the store. */
  async untilRetried(count: number, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const { retried } = await this.db
        .selectFrom('task_log')
        .select((eb) => eb.fn.countAll<number>().as('retried'))
        .where('step', '=', 'retried')
        .executeTakeFirstOrThrow();
      if (retried >= count) return;
      if (Date.now() > deadline) throw new Error(`${retried} of ${count} tasks were retried in time.`);
      await sleep(POLL_MS);
    }
  }

  /** When each task was put in line once more, in this order; a task stands there as often as that was done. */
  async retried(): Promise<{ id: string; at: number }[]> {
    return this.db
      .selectFrom('task_log')
      .select(['task_id as id', 'at'])
      .where('step', '=', 'retried')
      .orderBy('at')
      .execute();
  }

  /** What the audit log has of an operation, the newest first. */
  async audit(id: string): Promise<Pick<AuditEntryView, 'act' | 'count'>[]> {
    const { items } = await this.ask<{ items: AuditEntryView[] }>('GET', 'audit?limit=100');
    return items.filter(({ subject }) => subject === id).map(({ act, count }) => ({ act, count }));
  }

  async stop(): Promise<void> {
    await Promise.all(this.apis.map((api) => api.remove()));
    await this.db.destroy();
    await this.broker.deleteVhost(this.vhost);
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }

  private async startAll(databaseUrl: string): Promise<void> {
    const { scenario, rate, instances = 1 } = this.options;
    const logs = join('out/faults', scenario);
    await mkdir(logs, { recursive: true });
    await this.broker.createVhost(this.vhost);
    for (let number = 1; number <= instances; number++) {
      const name = `api-${number}`;
      const api = await AppProcess.start({
        name,
        app: 'api',
        logFile: join(logs, `${name}.log`),
        settings: {
          AMQP_URL: `${this.broker.url}/${this.vhost}`,
          DATABASE_URL: databaseUrl,
          DATA_DIR: this.dataDir,
          OPERATOR_KEY,
          OPERATION_RATE: String(rate),
          QUEUE_TIMEOUT: '0s',
          RATE_LIMIT: '0',
          // Few, so that an instance that took the broker for gone after it was started again would show.
          BROKER_AWAY_MAX_WAITING: '100',
          LOG_LEVEL: 'warn',
        },
      });
      this.apis.push(api);
      // The first one makes the tables.
      await api.untilReady(READY_MS);
    }
  }

  /** Asks the instances in turn until one of them answers. */
  private async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const deadline = Date.now() + READY_MS;
    for (let turn = 0; ; turn++) {
      const { url } = this.apis[turn % this.apis.length]!;
      const answer = await fetch(`${url}/v1/admin/${path}`, {
        method,
        headers: { ...AUTHORIZATION, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      }).catch(() => undefined);
      if (answer?.ok) return (await answer.json()) as T;
      if (answer) throw new Error(`${method} ${path} was answered with ${answer.status}.`);
      if (Date.now() > deadline) throw new Error(`Nobody answers ${method} ${path}.`);
      await sleep(10 * POLL_MS);
    }
  }
}

/** The most of these moments (in order, in milliseconds) that lie within one second. */
export function mostInASecond(moments: readonly number[]): number {
  let [most, from] = [0, 0];
  for (const [index, at] of moments.entries()) {
    while (moments[from]! <= at - 1_000) from++;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
