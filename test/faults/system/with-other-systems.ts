import { afterAll, beforeAll } from 'vitest';
import type { FaultSystemOptions } from './fault-system-options.js';
import { OtherSystems, type OtherSystemsOptions } from './other-systems.js';
import { withFaultSystem, type Given } from './with-fault-system.js';

/** See `withOtherSystems`. */
export interface GivenOthers extends Given {
  readonly others: OtherSystems;
}

/** A system of its own with programs of other systems around it, for the tests of one `describe`. */
export function withOtherSystems(
  others: OtherSystemsOptions,
  options: Omit<FaultSystemOptions, 'broker' | 'apiSettings' | 'bridgeSettings'>,
): GivenOthers {
  const started: { others?: OtherSystems } = {};
  beforeAll(async () => {
    started.others = await OtherSystems.start(others);
  });
  // Hooks of the end run in the reverse order: they hang up, the system is stopped, and then they are.
  afterAll(() => started.others?.stop());
  const settings = () => started.others!.systemOptions;
  const given = withFaultSystem({
    ...options,
    ...(others.redis && { bridges: 1 }),
    apiSettings: () => settings().apiSettings,
    bridgeSettings: () => settings().bridgeSettings,
  });
  beforeAll(() => started.others!.meet(given.system));
  afterAll(() => started.others?.leave());
  return {
    get broker() {
      return given.broker;
    },
    get system() {
      return given.system;
    },
    get others() {
      return started.others!;
    },
  };
}
