import { wrongs } from '../check/check.js';
import type { Expectations } from '../check/observation.js';
import { tell, type Figures } from '../check/tell.js';
import type { FaultSystem } from '../system/fault-system.js';
import type { Nemesis } from './nemesis.js';

/** From the end of the last fault to the end of the last task, where little waited at that moment. */
const RECOVERY_LIMIT_S = 60;
const QUIET_LIMIT_MS = 90_000;

export interface Trial {
  scenario: string;
  expected?: Partial<Expectations>;
  figures?: Figures;
  /** Who did the harm, where the time to recover counts. */
  nemesis?: Nemesis;
  /** Where much waits when the last fault ends: what all of that takes, on a busy machine. */
  recoveryLimitS?: number;
  quietLimitMs?: number;
}

/** Waits for quiet, judges, tells the verdict, and gives what is wrong as lines: none, if all is well. */
export async function judge(system: FaultSystem, trial: Trial): Promise<string[]> {
  const { scenario, expected, figures, nemesis, quietLimitMs = QUIET_LIMIT_MS } = trial;
  const { recoveryLimitS = RECOVERY_LIMIT_S } = trial;
  const harmed = nemesis && { faultsEndedAt: nemesis.lastFaultEndedAt, mostIdleMs: RECOVERY_LIMIT_S * 1000 };
  const report = await system.verdict(quietLimitMs, { ...harmed, ...expected });
  const recovered = nemesis && { ...nemesis.counts, recovered_in: nemesis.recoveredIn };
  tell(scenario, report, { ...recovered, ...figures, seed: system.dice.seed });
  const brought = system.photos.all.size - system.history.erased;
  return [
    ...wrongs(report),
    ...(report.tasks === brought
      ? []
      : [`${brought} photos were brought and kept, there are ${report.tasks} tasks`]),
    ...(nemesis && nemesis.recoveredIn > recoveryLimitS
      ? [`the last task ended ${nemesis.recoveredIn} s after the last fault, ${recoveryLimitS} s at most`]
      : []),
  ];
}
