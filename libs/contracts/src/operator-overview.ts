import type { LocalizedText, TaskTypeView } from './task-type.js';

/**
 * Why photos do not flow, or soon will not. The page has a sentence for each in every language, `docs/RUNBOOK.md` what to
 * do. In the order in which they are shown: what stops everything comes first.
 */
export const CAUSE_CODES = [
  /** Nothing reaches RabbitMQ: it is down, or its address is wrong. */
  'broker_unreachable',
  /** RabbitMQ answers and lets nobody in: a wrong password, a missing virtual host, a certificate. */
  'broker_refused',
  /** RabbitMQ takes nothing more: it is short of memory or of room on its disk. */
  'broker_blocked',
  /** RabbitMQ has a queue or an exchange that is not as this version needs it, or has it not: nothing can be handed over. */
  'queue_unusable',
  /** There is no room left for photos (`DATA_DIR`): none is taken in. */
  'storage_full',
  /** Photos can be neither stored nor read: the store does not answer, lets nobody in, or fails. */
  'storage_failing',
  /** The database does not answer in time. */
  'database_slow',
  /** An operator has paused the intake. */
  'intake_paused',
  /** `subject` is a task type: nobody takes it, and photos of it wait. */
  'no_worker',
  /** `subject` is a task type that an operator has paused. */
  'type_paused',
  /** `subject` is an engine that does not answer. */
  'engine_unreachable',
  /** `subject` is an engine that takes prompts and runs none: its queue stands still. */
  'engine_queue_stuck',
  /** `subject` is an engine that has failed too often and gets no task for now. */
  'engine_circuit_open',
  /** `subject` is a worker that waits for memory on its GPU. */
  'gpu_memory',
  /** `subject` is a worker that is at one task for far longer than its type usually takes; `detail` names the task. */
  'engine_stuck',
  /** `subject` is a worker that an operator has paused. */
  'worker_paused',
  /** There is soon no room left for photos (`DATA_DIR`). */
  'storage_low',
  /** `subject` is a failure code: many photos have failed with it within the last hour. */
  'photos_failing',
  /** `subject` is a task type: the photo that waits longest waits for too long. */
  'waiting_too_long',
  /** `subject` is a host, or a virtual host, where outcomes do not arrive. */
  'deliveries_failing',
  /** `subject` is a file in the workflow folder that cannot be used. */
  'workflow_problem',
] as const;
/** One of `CAUSE_CODES`. */
export type CauseCode = (typeof CAUSE_CODES)[number];

/** One reason why photos do not flow. */
export interface CauseView {
  code: CauseCode;
  /** What it is about, as `CAUSE_CODES` says; null where it is about the installation. */
  subject: string | null;
  /** ISO 8601 in UTC; null where nobody knows since when. */
  since: string | null;
  /** More about it in English, for operators, without credentials; null where there is nothing more to say. */
  detail: string | null;
  /** Where the runbook goes on: the anchor in `docs/RUNBOOK.md`, without `#`. */
  runbook: string;
}

/** How long half of the tasks took at most, and how long 19 of 20 did. Seconds. */
export interface Percentiles {
  p50: number;
  p95: number;
}

/** A task type as an operator sees it at a glance. `_last_hour` counts tasks, by when they came or ended. */
export interface TypeOverview {
  type: string;
  /** Null for a type whose workflow is gone and that has photos still. */
  title: LocalizedText | null;
  /** In line, those that wait before another attempt included. */
  waiting: number;
  /** Of those that wait, the ones that could begin: without those that rest before another attempt. */
  in_line: number;
  running: number;
  /** ISO 8601 in UTC; null where nothing waits. */
  oldest_waiting_since: string | null;
  /** Workers that take it, heard of within 15 s. */
  workers: number;
  /** An operator has paused it. */
  paused: boolean;
  submitted_last_hour: number;
  finished_last_hour: number;
  failed_last_hour: number;
  /** In line before it began, of those that succeeded within the last hour; null where none did. */
  wait_s: Percentiles | null;
  /** From its begin to its end, of the same ones. */
  run_s: Percentiles | null;
  /** In how many seconds a photo that came at this moment would probably be ready; null where nothing is known to tell by. */
  estimate_s: { from: number; to: number } | null;
}

/** Everything at a glance: `GET /v1/admin/overview`. */
export interface OverviewView {
  /** ISO 8601 in UTC. */
  at: string;
  types: TypeOverview[];
  /** Why photos do not flow, worst first; empty where they do. */
  causes: CauseView[];
  broker: {
    connected: boolean;
    /** RabbitMQ has said that it takes nothing more for now. */
    blocked: boolean;
    /** A sentence without credentials; null where there is none. */
    problem: string | null;
  };
  /** Of the file system with the photos; null where it cannot be looked at. */
  storage: { free_bytes: number | null; total_bytes: number | null };
  deliveries: { pending: number; failed_last_hour: number };
  /** Messages in the parking queue; null while nobody can tell. */
  parked: number | null;
  /** Photos on their way to RabbitMQ that it has not confirmed; while it is away, all that stand in line and wait for it. */
  outbox: { pending: number; oldest_since: string | null };
}

/** What happened within one step of `HistoryView`. Percentiles are those of tasks that succeeded in it, null for none. */
export interface HistoryPoint {
  /** When the step begins: ISO 8601 in UTC. */
  at: string;
  submitted: number;
  succeeded: number;
  failed: number;
  wait_p50_s: number | null;
  wait_p95_s: number | null;
  run_p50_s: number | null;
  run_p95_s: number | null;
}

/** `GET /v1/admin/history`: the oldest step first, without gaps. */
export interface HistoryView {
  step_s: number;
  points: HistoryPoint[];
}

/** A file of a workflow that cannot be used, or not as it should. */
export interface WorkflowProblemView {
  /** The name of the file, without its folder. */
  file: string;
  /** JSON pointer into the file; empty for the whole. */
  pointer: string;
  message: string;
}

/** A task type with the file that it comes from. */
export interface OperatorWorkflowView {
  type: string;
  version: TaskTypeView['version'];
  title: LocalizedText;
  /** The name of its graph, without its folder. */
  file: string;
  /** Other names by which programs ask for it. */
  aliases: string[];
  /** Workers that take it, heard of within 15 s. */
  workers: number;
}

/** `GET /v1/admin/workflows`: what the workflow folder gives, and what in it is wrong. */
export interface WorkflowsView {
  items: OperatorWorkflowView[];
  problems: WorkflowProblemView[];
}
