import { ArtifactStore, openArtifactStore } from '@app/artifact-store';
import type { Logger } from '@app/runtime';
import { Module, type DynamicModule } from '@nestjs/common';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { AnswerTeller } from './answers/answer-teller.js';
import { AnswersConsumer } from './answers/answers.consumer.js';
import { OutcomesStore } from './answers/outcomes.store.js';
import { BrokerModule } from './broker/broker.module.js';
import { EntriesConsumer } from './entries/entries.consumer.js';
import { EntryGroup } from './entries/entry-group.js';
import { EntryTaker } from './entries/entry-taker.js';
import type { BridgeEnv } from './env.js';
import { HealthController } from './health/health.controller.js';
import { BridgeMetrics } from './metrics/bridge-metrics.js';
import { Inbox } from './photos/inbox.js';
import { RedisLinks } from './redis/redis-links.js';
import { BRIDGE_ENV, LOGGER } from './tokens.js';

/** Hands the settings, the logger and the artifact store to every module. */
@Module({})
class ProcessModule {
  static forRoot(env: BridgeEnv, logger: Logger): DynamicModule {
    const providers = [
      { provide: BRIDGE_ENV, useValue: env },
      { provide: LOGGER, useValue: logger },
      { provide: ArtifactStore, useFactory: () => openArtifactStore(env.artifacts) },
    ];
    return { module: ProcessModule, global: true, providers, exports: providers };
  }
}

/** The bridge app: from an entry of a Redis stream to a task, and from its outcome back. */
@Module({})
export class AppModule {
  static forRoot(env: BridgeEnv, logger: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ProcessModule.forRoot(env, logger),
        PrometheusModule.register({ path: '/metrics' }),
        BrokerModule,
      ],
      controllers: [HealthController],
      providers: [
        RedisLinks,
        EntryGroup,
        Inbox,
        OutcomesStore,
        BridgeMetrics,
        EntryTaker,
        EntriesConsumer,
        AnswerTeller,
        AnswersConsumer,
      ],
    };
  }
}
