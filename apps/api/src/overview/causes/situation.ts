import type { OverviewView, TypeOverview, WorkerStatus } from '@app/contracts';
import type { BrokerConnection } from '@app/messaging';
import type { PauseRow } from '../../database/schema.js';
import type { DatabaseState } from '../../metrics/database-probe.js';
import type { StoreProblem } from '../../metrics/store-probe.js';

/** All that is known at one moment and that causes are told by. Times are epoch milliseconds unless they say otherwise. */
export interface Situation {
  now: number;
  types: readonly TypeSituation[];
  workers: readonly WorkerSituation[];
  pauses: readonly Pick<PauseRow, 'scope' | 'name' | 'since' | 'by_name' | 'note'>[];
  /** Every connection to RabbitMQ. */
  broker: readonly Pick<BrokerConnection, 'name' | 'address' | 'state' | 'problem' | 'problemCode'>[];
  /** Of each virtual host in which we publish: `ConfirmPublisher.topologyProblem`. */
  topology: readonly (string | null)[];
  /** `problem`: why photos can be neither stored nor read; null where they can. */
  storage: OverviewView['storage'] & { problem: StoreProblem | null };
  database: DatabaseState;
  failures: readonly { code: string; count: number; first: number }[];
  deliveries: readonly HostTrouble[];
  workflows: readonly { file: string; pointer: string; message: string }[];
}

/** A task type. */
export interface TypeSituation extends Pick<
  TypeOverview,
  'type' | 'waiting' | 'oldest_waiting_since' | 'finished_last_hour' | 'run_s'
> {
  /** No worker that takes it was heard of, although one would have been. */
  unserved: boolean;
}

/** A worker, and what it is at. */
export interface WorkerSituation {
  status: WorkerStatus;
  running: readonly { taskId: string; taskType: string; elapsedMs: number }[];
}

/** A host where outcomes do not arrive. */
export interface HostTrouble {
  host: string;
  /** That were tried twice or more and will be tried again. */
  waiting: number;
  /** That were given up within the last hour. */
  failed: number;
  /** When the first of them was made. */
  since: number | null;
}
