import { CAUSE_CODES, type CauseCode, type CauseView } from '@app/contracts';
import { brokerCauses, topologyCauses } from './broker-causes.js';
import type { Cause } from './cause.js';
import { deliveryCauses } from './delivery-causes.js';
import { engineCauses } from './engine-causes.js';
import { failureCauses } from './failure-causes.js';
import { lineCauses } from './line-causes.js';
import { pauseCauses } from './pause-causes.js';
import type { Situation } from './situation.js';
import { storeCauses } from './store-causes.js';
import { workflowCauses } from './workflow-causes.js';

/** Where docs/RUNBOOK.md says what to do. */
const RUNBOOK: Record<CauseCode, string> = {
  broker_unreachable: 'brokerdown',
  broker_refused: 'brokerrefused',
  broker_blocked: 'brokerblocked',
  queue_unusable: 'queueunusable',
  storage_full: 'disklow',
  storage_failing: 'storagefailing',
  database_slow: 'databaseslow',
  intake_paused: 'paused',
  no_worker: 'noworkers',
  type_paused: 'paused',
  engine_unreachable: 'enginedown',
  engine_queue_stuck: 'enginequeuestuck',
  engine_circuit_open: 'enginecircuitopen',
  gpu_memory: 'gpumemoryfull',
  engine_stuck: 'enginestuck',
  worker_paused: 'paused',
  storage_low: 'disklow',
  photos_failing: 'failureratio',
  waiting_too_long: 'waittoolong',
  deliveries_failing: 'deliveriesfailing',
  workflow_problem: 'workflowproblem',
};

/** Why photos do not flow, worst first. */
export function toCauses(situation: Situation): Cause[] {
  const causes = [
    brokerCauses,
    topologyCauses,
    storeCauses,
    pauseCauses,
    lineCauses,
    engineCauses,
    failureCauses,
    deliveryCauses,
    workflowCauses,
  ].flatMap((causesOf) => causesOf(situation));
  return causes.toSorted((a, b) => rank(a.code) - rank(b.code));
}

/** With where to read on. */
export function toCauseView(cause: Cause): CauseView {
  return { ...cause, runbook: RUNBOOK[cause.code] };
}

function rank(code: CauseCode): number {
  return CAUSE_CODES.indexOf(code);
}
