import type { TestProject } from 'vitest/node';
import { FaultBroker } from './system/fault-broker.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the broker of these tests lives; `FaultBroker.adopt` takes it over. */
    faultBrokerFolder: string;
  }
}

/** One broker for all fault tests that do not need special settings. It is theirs to kill and to start again. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { folder } = await FaultBroker.start();
  project.provide('faultBrokerFolder', folder);
  // Tests have started it again under other process ids.
  return () => FaultBroker.adopt(folder).remove();
}
