import { ConfirmPublisher, growTopology, type Topology } from '@app/messaging';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CATALOG } from '../task-types/catalog.token.js';
import { TOPOLOGY } from './topology.token.js';

/** Gives task types their queues whose workflows come while the API runs, before any task of theirs is published. */
@Injectable()
export class NewTypes implements OnModuleInit, OnApplicationShutdown {
  private leave: (() => void) | undefined;

  constructor(
    @Inject(CATALOG) private readonly catalog: Catalog,
    @Inject(TOPOLOGY) private readonly topology: Topology,
    private readonly publisher: ConfirmPublisher,
  ) {}

  onModuleInit(): void {
    this.leave = this.catalog.onChange(({ added }) => {
      if (growTopology(this.topology, added)) void this.publisher.declare();
    });
  }

  onApplicationShutdown(): void {
    this.leave?.();
  }
}
