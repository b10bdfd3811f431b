import { ConfirmPublisher, growTopology, TaskServer, type Topology } from '@app/messaging';
import type { Logger } from '@app/runtime';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { WorkerEnv } from '../env.js';
import { CATALOG, LOGGER, TOPOLOGY, WORKER_ENV } from '../tokens.js';

/**
 * Takes tasks of types whose workflows come while the worker runs. A type whose workflow goes is taken no more, which is
 * the gate's to say (`EngineGate.accepts`); its queue stays as it is.
 */
@Injectable()
export class NewTypes implements OnApplicationBootstrap, OnApplicationShutdown {
  private leave: (() => void) | undefined;

  constructor(
    @Inject(WORKER_ENV) private readonly env: WorkerEnv,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CATALOG) private readonly catalog: Catalog,
    @Inject(TOPOLOGY) private readonly topology: Topology,
    private readonly publisher: ConfirmPublisher,
    private readonly server: TaskServer,
  ) {}

  onApplicationBootstrap(): void {
    this.leave = this.catalog.onChange(({ added }) => void this.take(added));
  }

  onApplicationShutdown(): void {
    this.leave?.();
  }

  private async take(added: readonly string[]): Promise<void> {
    const { taskTypes } = this.env;
    const ours = taskTypes.length === 0 ? added : added.filter((type) => taskTypes.includes(type));
    if (ours.length === 0 || !(await this.publisher.whenThere(ours))) return;
    if (!growTopology(this.topology, ours)) return;
    this.logger.info({ taskTypes: ours }, 'takes tasks of new types');
    await this.publisher.declare();
    this.server.takeNewTypes();
  }
}
