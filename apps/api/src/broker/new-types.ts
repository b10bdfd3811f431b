import { growTopology } from '@app/messaging';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CATALOG } from '../task-types/catalog.token.js';
import { Entrances } from './entrances.js';

/** Gives task types their queues whose workflows come while the API runs, before any task of theirs is published. */
@Injectable()
export class NewTypes implements OnModuleInit, OnApplicationShutdown {
  private leave: (() => void) | undefined;

  constructor(
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly entrances: Entrances,
  ) {}

  onModuleInit(): void {
    this.leave = this.catalog.onChange(({ added }) => {
      for (const { topology, publisher } of this.entrances.all) {
        // Where somebody else makes the queues, tasks of these types come back from the broker until that is done.
        if (growTopology(topology, added)) void publisher.declare();
      }
    });
  }

  onApplicationShutdown(): void {
    this.leave?.();
  }
}
