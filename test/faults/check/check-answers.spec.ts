import { describe, expect, it } from 'vitest';
import { check } from './check.js';
import type { Answer, Observation } from './observation.js';
import { answer, failed, sampleObservation, step } from './sample-observation.js';
import { VIOLATIONS_OF_ANSWERS, type ViolationKind } from './violation.js';

const QUEUE = 'a queue';
const HOOK = 'a webhook';
const sample = sampleObservation();
/** Somebody asked about the sample's photo, was told its outcome in two places, and got a picture. */
const asked: Observation = {
  ...sample.seen,
  questions: [{ key: 'question-1', photo: 1, told: [QUEUE, HOOK], wantsFile: true }],
  answers: [answer(QUEUE), answer(HOOK)],
  outputs: [{ key: 'question-1', photo: 1 }],
};

const CASES: [ViolationKind, string, Partial<Observation>][] = [
  ['unanswered', 'nobody was told', { answers: [] }],
  ['unanswered', 'one place was never told', { answers: [answer(QUEUE)] }],
  ['unanswered', 'it was never taken', { answers: [answer(QUEUE), answer(HOOK, { isTaken: false })] }],
  ['wrong_answer', 'it is another task', { answers: [answer(QUEUE, { taskId: 'x' }), answer(HOOK)] }],
  ['wrong_answer', 'it is another end', { answers: [answer(QUEUE, { outcome: 'failed' }), answer(HOOK)] }],
  [
    'wrong_answer',
    'a second answer says another end',
    { answers: [...asked.answers, answer(QUEUE, { outcome: 'refused', taskId: null })] },
  ],
  [
    'wrong_answer',
    'it is another result',
    { answers: [answer(QUEUE, { resultSha256: 'another file' }), answer(HOOK)] },
  ],
  ['wrong_answer', 'nobody asked', { answers: [...asked.answers, answer(QUEUE, { key: 'question-2' })] }],
  ['wrong_answer', 'nobody asked there', { answers: [...asked.answers, answer('another queue')] }],
  ['wrong_answer', 'there is no task', { tasks: [] }],
  [
    'doubled_answer',
    'it comes again as another one',
    { answers: [...asked.answers, answer(HOOK, { noticeId: 'another' })] },
  ],
  [
    'unsigned',
    'anybody could have said it',
    { answers: [answer(QUEUE, { authentic: false }), answer(HOOK)] },
  ],
  ['wrong_output', 'there is no picture', { outputs: [] }],
  ['wrong_output', 'there are two', { outputs: [...asked.outputs, ...asked.outputs] }],
  ['wrong_output', 'it is of another photo', { outputs: [{ key: 'question-1', photo: 2 }] }],
  ['wrong_output', 'it is cut off', { outputs: [{ key: 'question-1', photo: null }] }],
  ['wrong_output', 'nobody asked for it', { outputs: [...asked.outputs, { key: 'question-2', photo: 1 }] }],
];

describe('the checker of answers', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(check(asked, sample.expected).violations).toEqual([]);
  });

  it('does not mind the same answer again, nor a place that says less', () => {
    const less = answer(QUEUE, { noticeId: null, resultSha256: null });
    const answers = [answer(HOOK, { isTaken: false }), ...asked.answers, ...asked.answers, less];
    expect(check({ ...asked, answers }, sample.expected).violations).toEqual([]);
  });

  it('takes what has to be refused for what was', () => {
    const question = { key: 'question-2', photo: null, told: [QUEUE], wantsFile: true };
    const refusal = answer(QUEUE, {
      key: question.key,
      taskId: null,
      outcome: 'refused',
      resultSha256: null,
    });
    const questions = [...asked.questions, question];
    const verdict = (answers: readonly Answer[]) =>
      check({ ...asked, questions, answers }, sample.expected).violations.map(({ kind }) => kind);
    expect(verdict([...asked.answers, refusal])).toEqual([]);
    expect(verdict(asked.answers)).toEqual(['unanswered']);
    expect(verdict([...asked.answers, { ...refusal, outcome: 'succeeded' }])).toEqual(['wrong_answer']);
  });

  it('wants no picture of what failed', () => {
    const ended = {
      tasks: [{ ...sample.task, state: 'failed' as const, result: null }],
      steps: [...sample.seen.steps.slice(0, 3), step(4, 'failed')],
      results: [],
      events: [failed()],
      sightings: new Map(),
    };
    const told = { outcome: 'failed', resultSha256: null };
    const answers = [answer(QUEUE, told), answer(HOOK, told)];
    const expected = { ...sample.expected, mayEndAs: () => ['failed' as const] };
    expect(check({ ...asked, ...ended, answers, outputs: [] }, expected).violations).toEqual([]);
    const kinds = check({ ...asked, ...ended, answers }, expected).violations.map(({ kind }) => kind);
    expect(kinds).toEqual(['wrong_output']);
  });

  it.each(CASES)('tells of %s: %s', (kind, _, seen) => {
    const { violations } = check({ ...asked, ...seen }, sample.expected);
    expect(violations.map((violation) => violation.kind)).toContain(kind);
  });

  it('has a case for every kind of violation', () => {
    expect(new Set(CASES.map(([kind]) => kind))).toEqual(new Set(VIOLATIONS_OF_ANSWERS));
  });
});
