import type { TestProject } from 'vitest/node';
import { PrivateBroker } from '../../support/private-broker.js';
import { TestSystem } from '../../support/system.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the page of the shared system is. */
    pageUrl: string;
    /** The folder where it keeps its photos. */
    pageDataDir: string;
  }
}

/** The operator's key of the shared system. */
export const OPERATOR_KEY = 'prk_for_the_tests_of_the_page_0123456789';

/** One system for all tests of the page that neither stop nor disturb it: starting one takes longer than most of them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const broker = await PrivateBroker.start();
  const system = await TestSystem.start({ AMQP_URL: broker.amqpUrl, OPERATOR_KEY });
  project.provide('pageUrl', system.url);
  project.provide('pageDataDir', system.dataDir);
  return async () => {
    await system.stop();
    await broker.stop();
  };
}
