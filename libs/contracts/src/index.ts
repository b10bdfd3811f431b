export {
  LINK_ACCESS,
  type AlbumCounts,
  type AlbumLinkView,
  type AlbumView,
  type LinkAccess,
  type NewAlbumLinkView,
} from './album.js';
export {
  KEY_ROLES,
  type ApiKeyGroupView,
  type ApiKeyView,
  type KeyRole,
  type NewApiKeyView,
} from './api-key.js';
export { AUDIT_ACTS, type AuditAct, type AuditEntryView } from './audit-entry.js';
export { artifactRefSchema, type ArtifactRef } from './artifact-ref.js';
export { engineErasedSchema, type EngineErased } from './engine-erased.js';
export { ENGINE_NAMES, engineRefSchema, type EngineRef } from './engine-ref.js';
export {
  engineFileSchema,
  engineTraceKey,
  engineTraceSchema,
  type EngineFile,
  type EngineTrace,
} from './engine-trace.js';
export {
  exportedPictureSchema,
  exportedTaskSchema,
  type ExportedPicture,
  type ExportedTask,
  type ImportedTask,
} from './exported-task.js';
export { FAILURE_CODES, failureSchema, TaskFailure, type Failure, type FailureCode } from './failure.js';
export {
  LIVE_MAX_SUBSCRIPTIONS,
  LIVE_MAX_TOPICS,
  LIVE_PATH,
  type LiveErrorCode,
  type LiveMessage,
  type LivePlace,
  type LiveRequest,
  type LiveSubscription,
  type LiveTopic,
} from './live.js';
export {
  MOST_NAMED_TASKS,
  OPERATION_KINDS,
  OPERATION_STATES,
  type NewOperation,
  type OperationKind,
  type OperationMatch,
  type OperationState,
  type OperationView,
  type TaskMatch,
} from './operation.js';
export { type OperatorDeliveryView } from './operator-delivery.js';
export {
  CAUSE_CODES,
  type CauseCode,
  type CauseView,
  type HistoryPoint,
  type HistoryView,
  type OperatorWorkflowView,
  type OverviewView,
  type Percentiles,
  type TypeOverview,
  type WorkflowProblemView,
  type WorkflowsView,
} from './operator-overview.js';
export {
  ATTEMPT_OUTCOMES,
  type AttemptOutcome,
  type FailureGroupView,
  type OperatorTaskDetailView,
  type OperatorTaskView,
  type TaskAttemptView,
  type TaskOwnerView,
} from './operator-task.js';
export { type WorkerEngineView, type WorkerView } from './operator-worker.js';
export { PAUSE_SCOPES, type PauseScope, type PauseView } from './pause.js';
export { PROBLEM_CODES, type Problem, type ProblemCode } from './problem.js';
export { taskControlSchema, type TaskControl } from './task-control.js';
export {
  cancelMarkKey,
  cancelMarkSchema,
  taskLedgerKey,
  taskLedgerSchema,
  type CancelMark,
  type TaskLedger,
} from './task-ledger.js';
export { type OpenedLinkView, type SessionView } from './session.js';
export { isPhotoOf, isResultOf } from './task-artifact.js';
export { taskChangedSchema, type TaskChanged } from './task-changed.js';
export { MOST_RUNS, taskEventSchema, type TaskEvent, type TaskProgress } from './task-event.js';
export { TASK_STEPS, type TaskStep, type TimelineEntry } from './task-log.js';
export { taskMessageSchema, type TaskMessage } from './task-message.js';
export {
  NOTICE_TYPES,
  type NoticeData,
  type NoticeResult,
  type NoticeType,
  type TaskNotice,
} from './task-notice.js';
export {
  localizedTextSchema,
  parameterValuesSchema,
  TASK_TYPE_KEY,
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
  MAX_LEVEL,
  PLACE_REASONS,
  TASK_STATES,
  type DelayReason,
  type ParameterAdjustment,
  type PlaceReason,
  type TaskEstimate,
  type TaskPicture,
  type TaskState,
  type TaskUrls,
  type TaskView,
} from './task.js';
export {
  DELIVERY_CHANNELS,
  DELIVERY_STATES,
  WEBHOOK_SIGNERS,
  type DeliveryAttemptView,
  type DeliveryChannel,
  type DeliveryDetailView,
  type DeliveryState,
  type DeliveryView,
  type WebhookSecretView,
  type WebhookSigner,
  type WebhookView,
} from './webhook.js';
export { TASK_ID_CONTEXT, traceIdOf } from './trace-context.js';
export {
  MOST_PAUSED_WORKERS,
  workerOrdersKey,
  workerOrdersSchema,
  type WorkerOrders,
} from './worker-orders.js';
export { workerStatusSchema, type WorkerStatus } from './worker-status.js';
