import { z } from 'zod';
import type { AdminApi } from '../admin/admin-api.js';
import { CliError } from '../cli-error.js';
import type { Look, SeenWorker, TypeLook } from './look.js';

const overviewSchema = z.object({
  types: z.array(
    z.object({
      type: z.string(),
      in_line: z.number().int().nonnegative(),
      paused: z.boolean(),
      workers: z.number().int().nonnegative(),
      estimate_s: z.object({ to: z.number() }).nullable(),
      run_s: z.object({ p50: z.number() }).nullable(),
    }),
  ),
  broker: z.object({ connected: z.boolean() }),
});

const workersSchema = z.object({
  items: z.array(
    z.object({
      worker: z.string(),
      running: z.array(z.unknown()),
      ahead: z.number().nullable(),
      tap: z.string(),
      closed_because: z.string().nullable(),
      engines: z.array(z.object({ address: z.url() })),
    }),
  ),
});

const pausesSchema = z.object({
  items: z.array(z.object({ scope: z.string(), name: z.string().nullable() })),
});

/** Asks the API how it stands. A viewer's key is enough. */
export class ApiLook {
  /** @param taskTypes the ones that count; none: all. */
  constructor(
    private readonly api: Pick<AdminApi, 'call'>,
    private readonly taskTypes: readonly string[],
  ) {}

  /** @throws CliError where nobody answers, or what is answered cannot be relied on. */
  async read(): Promise<Look> {
    const [overview, workers, pauses] = await Promise.all([
      this.ask('overview', overviewSchema),
      this.ask('workers', workersSchema),
      this.ask('pauses', pausesSchema),
    ]);
    if (!overview.broker.connected) throw new CliError('The API has no connection to RabbitMQ.');
    return {
      types: overview.types.filter(({ type }) => this.counts(type)).map(toTypeLook),
      workers: workers.items.map(toSeenWorker),
      pausedWorkers: new Set(
        pauses.items.flatMap(({ scope, name }) => (scope === 'worker' && name !== null ? [name] : [])),
      ),
    };
  }

  private counts(type: string): boolean {
    return this.taskTypes.length === 0 || this.taskTypes.includes(type);
  }

  private async ask<T extends z.ZodType>(path: string, schema: T): Promise<z.output<T>> {
    const answer = schema.safeParse(await this.api.call<unknown>('GET', path));
    if (answer.success) return answer.data;
    throw new CliError(`What answers is no API of this release: ${path} has another form.`);
  }
}

function toTypeLook(type: z.infer<typeof overviewSchema>['types'][number]): TypeLook {
  const { estimate_s: estimate, run_s: run } = type;
  return {
    type: type.type,
    inLine: type.in_line,
    paused: type.paused,
    workers: type.workers,
    waitMs: estimate && Math.max(0, estimate.to - (run?.p50 ?? 0)) * 1000,
  };
}

function toSeenWorker(worker: z.infer<typeof workersSchema>['items'][number]): SeenWorker {
  return {
    name: worker.worker,
    busy: worker.running.length > 0 || (worker.ahead ?? 0) > 0,
    stopping: worker.closed_because === 'stopping',
    leaving: worker.closed_because === 'leaving',
    closed: worker.tap !== 'open',
    engines: worker.engines.map(({ address }) => address),
  };
}
