export { backOffMs, rest, untilDone } from './back-off.js';
export { AnswerPublisher, type AnswerIds } from './answer-publisher.js';
/** @public */
export { InvalidAmqpUrl } from './amqp-url.js';
export { BridgeAnswerSubscriber, type BridgeAnswerSubscriberOptions } from './bridge-answer-subscriber.js';
export { BrokerConnection, type BrokerConnectionOptions, type BrokerState } from './broker-connection.js';
export { probeBroker, type BrokerProbe } from './broker-probe.js';
export { ConfirmPublisher, type ConfirmPublisherOptions, type OutgoingMessage } from './confirm-publisher.js';
export { ENTRANCE_POLICIES, type EntrancePolicy } from './entrance-policies.js';
export { type ForeignDelivery, type ForeignOutcome } from './foreign-delivery.js';
export { ForeignTaskSubscriber, type ForeignTaskSubscriberOptions } from './foreign-task-subscriber.js';
export { type LiveEvent } from './live-event-consumer.js';
export { type MessagingLogger } from './messaging-logger.js';
export { BRIDGE_REPLY_TO } from './names.js';
export { OriginalErrorFilter } from './original-error.filter.js';
export {
  OverdueTaskSubscriber,
  type OverdueDecision,
  type OverdueTaskSubscriberOptions,
} from './overdue-task-subscriber.js';
export { type ParkedTask } from './parked-task.js';
export { ParkingLot, type ParkingLotOptions, type Redrive } from './parking-lot.js';
export {
  BROKER_ROLES,
  permissionsFor,
  type BrokerPermissions,
  type BrokerRole,
  type BrokerRoleName,
} from './permissions.js';
export { PublishError, type PublishErrorCode } from './publish-error.js';
export { queueDepths, type QueueDepth } from './queue-depths.js';
export { type StateEvent } from './state-event-consumer.js';
export { TaskControlConsumer, type TaskControlConsumerOptions } from './task-control-consumer.js';
export { TaskControlPublisher } from './task-control-publisher.js';
export { BrokerMetrics } from './broker-metrics.js';
export { isOneWord } from './one-word.js';
export { takeBackTasks } from './take-back-tasks.js';
export { TASK_PATTERN, type Settlement, type TaskDelivery } from './task-delivery.js';
export { TaskEventPublisher } from './task-event-publisher.js';
export { TaskEventSubscriber, type TaskEventSubscriberOptions } from './task-event-subscriber.js';
export { TaskNoticePublisher } from './task-notice-publisher.js';
export { TaskPublisher } from './task-publisher.js';
export { TaskServer, type TaskServerOptions } from './task-server.js';
/** @public */
export { TopologyMismatch } from './topology-mismatch.js';
/** @public */
export { TopologyMissing } from './topology-missing.js';
export { buildBridgeTopology, buildIntakeTopology, buildTopology, growTopology } from './topology.js';
export {
  type BindingRow,
  type ExchangeRow,
  type QueueRow,
  type QueueType,
  type Topology,
} from './topology-rows.js';
/** @public */
export { TaskCancelled } from './task-cancelled.js';
/** @public */
export { TaskWithdrawn } from './task-withdrawn.js';
export { type TaskGate, type TaskRoom } from './task-gate.js';
export { LedgerUnreadable, type TaskLedgerStore } from './task-ledger-store.js';
export { VouchedTaskPublisher, type VouchedTask } from './vouched-task-publisher.js';
export { WorkerStatusPublisher } from './worker-status-publisher.js';
