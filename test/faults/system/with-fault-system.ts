import { afterAll, beforeAll, inject } from 'vitest';
import '../global-fault-broker.js';
import { FaultBroker } from './fault-broker.js';
import type { FaultSystemOptions } from './fault-system-options.js';
import { FaultSystem } from './fault-system.js';

/** What `withFaultSystem` gives; its members may be used inside of tests. */
export interface Given {
  readonly broker: FaultBroker;
  readonly system: FaultSystem;
}

/** A system of its own for the tests of one `describe`, on the broker of all of them. */
export function withFaultSystem(options: Omit<FaultSystemOptions, 'broker'>): Given {
  const given: { broker?: FaultBroker; system?: FaultSystem } = {};
  beforeAll(async () => {
    given.broker = FaultBroker.adopt(inject('faultBrokerFolder'));
    given.system = await FaultSystem.start({ ...options, broker: given.broker });
  });
  afterAll(() => given.system?.stop());
  return {
    get broker() {
      return given.broker!;
    },
    get system() {
      return given.system!;
    },
  };
}
