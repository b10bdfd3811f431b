import type { CauseCode, CauseView } from '@app/contracts';
import { expect, it } from 'vitest';
import { isKnownCause, standingOf, weightOf } from './cause-weight.js';

const causes = (...codes: string[]): CauseView[] =>
  codes.map((code) => ({
    code: code as CauseCode,
    subject: null,
    since: null,
    detail: null,
    runbook: 'x',
  }));

it('says the gravest first, and that all is well without causes', () => {
  expect(standingOf([])).toBe('flows');
  expect(standingOf(causes('type_paused'))).toBe('paused');
  expect(standingOf(causes('type_paused', 'deliveries_failing'))).toBe('watch');
  expect(standingOf(causes('workflow_problem', 'no_worker', 'intake_paused'))).toBe('some');
  expect(standingOf(causes('no_worker', 'broker_blocked'))).toBe('all');
});

it('takes what it does not know for worth a look', () => {
  expect(isKnownCause('moon_phase')).toBe(false);
  expect(weightOf('moon_phase' as CauseCode)).toBe('watch');
  expect(standingOf(causes('moon_phase'))).toBe('watch');
});
