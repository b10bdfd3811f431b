export { artifactRefSchema, type ArtifactRef } from './artifact-ref.js';
export { engineRefSchema, type EngineRef } from './engine-ref.js';
export { FAILURE_CODES, failureSchema, TaskFailure, type Failure, type FailureCode } from './failure.js';
export { LIVE_MAX_WATCHED, LIVE_PATH, type LiveMessage, type LiveWatch } from './live.js';
export { PROBLEM_CODES, type Problem, type ProblemCode } from './problem.js';
export { taskControlSchema, type TaskControl } from './task-control.js';
export { cancelMarkKey, taskLedgerKey, taskLedgerSchema, type TaskLedger } from './task-ledger.js';
export { taskChangedSchema, type TaskChanged } from './task-changed.js';
export { MOST_RUNS, taskEventSchema, type TaskEvent, type TaskProgress } from './task-event.js';
export { taskMessageSchema, type TaskMessage } from './task-message.js';
export {
  localizedTextSchema,
  parameterValuesSchema,
  taskTypeKeySchema,
  type LocalizedText,
  type ParameterSpec,
  type ParameterValue,
  type ParameterValues,
  type TaskTypeView,
} from './task-type.js';
export {
  DELAY_REASONS,
  isFinalState,
  TASK_STATES,
  type DelayReason,
  type TaskPicture,
  type TaskState,
  type TaskView,
} from './task.js';
