import { PROBLEM_CODES, type ProblemCode } from '@app/contracts';
import { Counter, register } from 'prom-client';

const NAME = 'photo_repair_problems_total';

/** Counts what the HTTP API refused or could not do, by code. */
export function problemCounter(): (code: ProblemCode) => void {
  const counter = (register.getSingleMetric(NAME) as Counter<'code'> | undefined) ?? newCounter();
  return (code) => counter.inc({ code });
}

function newCounter(): Counter<'code'> {
  const counter = new Counter({
    name: NAME,
    help: 'Requests, and single photos of a request, that were refused or failed, by problem code.',
    labelNames: ['code'],
    registers: [register],
  });
  // A counter that is absent until its first event loses that event in Prometheus' `rate`.
  for (const code of PROBLEM_CODES) counter.inc({ code }, 0);
  return counter;
}
