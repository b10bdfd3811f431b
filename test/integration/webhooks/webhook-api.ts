import type { DeliveryDetailView, DeliveryView, NewApiKeyView, TaskNotice } from '@app/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE } from '../../../apps/api/src/database/database.module.js';
import type { Database, TaskRow } from '../../../apps/api/src/database/schema.js';
import { TaskChanges } from '../../../apps/api/src/task-events/task-changes.js';
import type { NewTask } from '../../../apps/api/src/tasks/new-task.js';
import { TasksStore } from '../../../apps/api/src/tasks/tasks.store.js';
import { TestApi } from '../../support/test-api.js';
import type { TestCaller } from '../../support/test-caller.js';
import { eventOf, insertTask, newTask } from '../api/sample-tasks.js';
import type { Receiver } from './receiver.js';

/** Settings with which these receivers can be reached, and a whole schedule takes a second. */
export function reaching(...receivers: Receiver[]): Record<string, string> {
  const hosts = receivers.map(({ host }) => host).join(',');
  return {
    AMQP_URL: 'amqp://127.0.0.1:1',
    WEBHOOK_HOSTS: hosts,
    OUTBOUND_PRIVATE_ADDRESSES: hosts,
    WEBHOOK_ALLOW_HTTP: 'true',
    WEBHOOK_RETRY_DELAYS: Array(40).fill('100ms').join(','),
    WEBHOOK_TIMEOUT: '5s',
    RATE_LIMIT: '0',
  };
}

/** An API whose tasks end when a test says so, and an API key of it. */
export class WebhookApi {
  private constructor(
    readonly api: TestApi,
    readonly key: NewApiKeyView,
    readonly caller: TestCaller,
  ) {}

  static async start(settings: Record<string, string>): Promise<WebhookApi> {
    return WebhookApi.of(await TestApi.start(settings));
  }

  /** With a key of its own. */
  static async of(api: TestApi): Promise<WebhookApi> {
    const answer = await api.as('operator').send('POST', '/v1/admin/keys', { name: 'museum' });
    const key = (await answer.json()) as NewApiKeyView;
    return new WebhookApi(api, key, api.as(key.token));
  }

  get db(): Database {
    return this.api.app.get<Database>(DATABASE);
  }

  /** What signs where an owner has no secret of its own. */
  get installationSecret(): string {
    return readFileSync(join(this.api.dataDir, 'webhook.secret'), 'utf8').trim();
  }

  /** A task of the key that waits. */
  async task(chosen: Partial<NewTask> = {}): Promise<TaskRow> {
    return insertTask(this.api.app.get(TasksStore), newTask({ ownerId: this.key.id, ...chosen }));
  }

  /** The task ends, as a worker or the API would have stored it. */
  async end(
    task: TaskRow,
    kind: 'succeeded' | 'failed' | 'cancelled' | 'expired' = 'failed',
  ): Promise<TaskRow> {
    const run = kind === 'expired' ? 0 : 1;
    const stored = await this.api.app.get(TasksStore).apply(eventOf(task, kind, { run }));
    if (stored === undefined) throw new Error(`The task did not take ${kind}.`);
    this.api.app.get(TaskChanges).stored(stored);
    return stored.row;
  }

  /** A task that has ended, whose outcome goes to that address. */
  async ended(callbackUrl: string | null, kind?: Parameters<WebhookApi['end']>[1]): Promise<TaskRow> {
    return this.end(await this.task({ callbackUrl }), kind);
  }

  async deliveries(query = ''): Promise<DeliveryView[]> {
    const answer = await this.caller.fetch(`/v1/deliveries?limit=100${query}`);
    return ((await answer.json()) as { items: DeliveryView[] }).items;
  }

  async delivery(id: string): Promise<DeliveryDetailView> {
    return (await (await this.caller.fetch(`/v1/deliveries/${id}`)).json()) as DeliveryDetailView;
  }

  /** How many deliveries are in that state. */
  async count(state: DeliveryView['state']): Promise<number> {
    const rows = await this.db.selectFrom('deliveries').select('id').where('state', '=', state).execute();
    return rows.length;
  }
}

/** The tasks that they are about. */
export function idsOf(notices: readonly TaskNotice[]): string[] {
  return notices.map(({ data }) => String(data.id));
}
