import type { ProblemCode } from '@app/contracts';
import { Counter, register } from 'prom-client';

const NAME = 'photo_repair_problems_total';

/** Counts what the HTTP API refused or could not do, by code. */
export function problemCounter(): (code: ProblemCode) => void {
  const counter =
    (register.getSingleMetric(NAME) as Counter<'code'> | undefined) ??
    new Counter({
      name: NAME,
      help: 'Requests that were refused or failed, by problem code.',
      labelNames: ['code'],
    });
  return (code) => counter.inc({ code });
}
