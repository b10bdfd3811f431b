import { Global, Module } from '@nestjs/common';
import { AnswerAttempts } from './answer-attempts.js';
import { OperatorDeliveriesController } from './operator-deliveries.controller.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveriesStore } from './deliveries.store.js';
import { DeliveryAttempts } from './delivery-attempts.js';
import { DeliveryLogStore } from './delivery-log.store.js';
import { DeliveryMetrics } from './delivery-metrics.js';
import { DeliverySender } from './delivery.sender.js';
import { DueDeliveriesStore } from './due-deliveries.store.js';
import { WebhookAttempts } from './webhook-attempts.js';

/** Outcomes on their way to other systems. */
@Global()
@Module({
  controllers: [DeliveriesController, OperatorDeliveriesController],
  providers: [
    AnswerAttempts,
    DeliveriesStore,
    DeliveryAttempts,
    DeliveryLogStore,
    DeliveryMetrics,
    DeliverySender,
    DueDeliveriesStore,
    WebhookAttempts,
  ],
  exports: [DeliveriesStore, DeliverySender],
})
export class DeliveriesModule {}
