import {
  AnswerPublisher,
  buildIntakeTopology,
  ConfirmPublisher,
  TaskNoticePublisher,
  type BrokerConnection,
  type Topology,
} from '@app/messaging';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { BrokerConnections } from './broker-connections.js';
import { TOPOLOGY } from './topology.token.js';

/** A virtual host in which other systems hand in tasks and hear of them. */
export interface Entrance {
  vhost: 'main' | 'intake';
  /** For consuming. */
  connection: BrokerConnection;
  topology: Topology;
  publisher: ConfirmPublisher;
  answers: AnswerPublisher;
  notices: TaskNoticePublisher;
}

/** Every entrance of other systems: our own virtual host, and one for them alone where that is set. */
@Injectable()
export class Entrances {
  readonly all: readonly Entrance[];

  constructor(
    connections: BrokerConnections,
    @Inject(TOPOLOGY) topology: Topology,
    publisher: ConfirmPublisher,
    @Inject(API_ENV) env: ApiEnv,
    @Inject(LOGGER) logger: Logger,
  ) {
    const main = entrance('main', connections.consume, publisher, topology);
    if (!connections.intake) {
      this.all = [main];
      return;
    }
    const { publish, consume } = connections.intake;
    const theirs = buildIntakeTopology(topology.taskTypes, { declares: env.amqpDeclare });
    const intake = new ConfirmPublisher(publish, { topology: theirs, logger });
    this.all = [main, entrance('intake', consume, intake, theirs)];
  }

  /** Undefined for the virtual host of other systems where there is none; it may have been set once. */
  of(vhost: Entrance['vhost']): Entrance | undefined {
    return this.all.find((one) => one.vhost === vhost);
  }
}

function entrance(
  vhost: Entrance['vhost'],
  connection: BrokerConnection,
  publisher: ConfirmPublisher,
  topology: Topology,
): Entrance {
  const answers = new AnswerPublisher(publisher);
  return { vhost, connection, topology, publisher, answers, notices: new TaskNoticePublisher(publisher) };
}
