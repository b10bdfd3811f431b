import { BrokerConnections } from '../broker/broker-connections.js';
import type { Catalog } from '@app/workflow-catalog';
import { Inject, Injectable } from '@nestjs/common';
import { basename } from 'node:path';
import { DatabaseProbe } from '../metrics/database-probe.js';
import { StoreProbe } from '../metrics/store-probe.js';
import { CATALOG } from '../task-types/catalog.token.js';
import { MessageChecks } from './message-checks.js';

/** `ok`, or in one sentence why not. */
export interface ReadinessReport {
  status: 'ready' | 'unready';
  checks: Record<string, string>;
  /** What is wrong in the workflow folder, a sentence for each; the task types of the other files are there all the same. */
  workflow_problems: string[];
}

/** Asks every part that taking a photo in needs. */
@Injectable()
export class Readiness {
  constructor(
    private readonly database: DatabaseProbe,
    private readonly broker: BrokerConnections,
    private readonly messages: MessageChecks,
    @Inject(CATALOG) private readonly catalog: Catalog,
    private readonly store: StoreProbe,
  ) {}

  async check(): Promise<ReadinessReport> {
    const [database, storage] = await Promise.all([this.checkDatabase(), this.checkStore()]);
    const checks = {
      database,
      storage,
      broker: this.broker.describe(),
      ...this.messages.describe(),
    };
    const ready = Object.values(checks).every((check) => check === 'ok');
    const problems = this.catalog.problems.map(
      ({ file, pointer, message }) => `${basename(file)}${pointer && ` at ${pointer}`}: ${message}`,
    );
    return { status: ready ? 'ready' : 'unready', checks, workflow_problems: problems };
  }

  private async checkStore(): Promise<string> {
    const problem = await this.store.look();
    return problem === null ? 'ok' : `Photos cannot be stored or read: ${problem.sentence}.`;
  }

  private async checkDatabase(): Promise<string> {
    const { problem } = await this.database.look();
    return problem === null ? 'ok' : `The database does not answer: ${problem}.`;
  }
}
