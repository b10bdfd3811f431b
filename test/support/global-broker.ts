import type { TestProject } from 'vitest/node';
import { testEnv } from './env.js';
import { PrivateBroker, type TestBroker } from './private-broker.js';

declare module 'vitest' {
  export interface ProvidedContext {
    broker: TestBroker;
  }
}

/** One broker for all integration tests: the one the environment names, else a private one. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { AMQP_URL: amqpUrl, AMQP_MANAGEMENT_URL: managementUrl } = testEnv();
  if (amqpUrl && managementUrl) {
    project.provide('broker', { amqpUrl, managementUrl });
    return undefined;
  }
  const broker = await PrivateBroker.start();
  project.provide('broker', { amqpUrl: broker.amqpUrl, managementUrl: broker.managementUrl });
  return () => broker.stop();
}
