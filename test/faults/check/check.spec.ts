import { describe, expect, it } from 'vitest';
import { check } from './check.js';
import type { Expectations, Observation } from './observation.js';
import { event, failed, sampleObservation, succeeded } from './sample-observation.js';
import { VIOLATIONS, type ViolationKind } from './violation.js';

const OTHER = '0190c0de-0000-7000-8000-000000000002';
const sample = sampleObservation();
const { id, task, file, submission } = sample;

type Case = [ViolationKind, string, { seen?: Partial<Observation>; expected?: Partial<Expectations> }];

const notAtItsEnd = (state: 'queued' | 'running') => ({
  tasks: [{ ...task, state, result: null }],
  results: [],
  events: [event('started')],
  sightings: new Map(),
});
const failedTask = {
  tasks: [{ ...task, state: 'failed' as const, result: null }],
  results: [],
  events: [failed()],
  sightings: new Map(),
};

const CASES: Case[] = [
  [
    'lost',
    'an accepted photo has no task',
    { seen: { tasks: [], results: [], events: [], sightings: new Map() } },
  ],
  ['unfinished', 'a task waits for ever', { seen: notAtItsEnd('queued') }],
  ['unfinished', 'a task runs for ever', { seen: notAtItsEnd('running') }],
  ['wrong_end', 'a good photo failed', { seen: failedTask }],
  ['wrong_end', 'a bad photo succeeded', { expected: { mayEndAs: () => ['failed'] } }],
  [
    'wrong_end',
    'a failed task has a result',
    {
      seen: { ...failedTask, tasks: [{ ...task, state: 'failed' }] },
      expected: { mayEndAs: () => ['failed'] },
    },
  ],
  ['phantom_task', 'a task has no submission', { seen: { submissions: [] } }],
  [
    'phantom_task',
    'events tell of a task that is not in the store',
    { seen: { events: [...sample.seen.events, { ...event('started'), taskId: OTHER }] } },
  ],
  [
    'duplicated_task',
    'the store has two tasks for one photo',
    {
      seen: {
        tasks: [task, { ...task, id: OTHER, result: { key: 'b', sha256: 'b' } }],
        originals: new Map([
          [id, 'photo 1'],
          [OTHER, 'photo 1'],
        ]),
        results: [file, { taskId: OTHER, key: 'b', sha256: 'b', pixels: 'colours of 1' }],
        events: [...sample.seen.events, { ...succeeded('b'), taskId: OTHER }],
      },
    },
  ],
  [
    'duplicated_task',
    'a client was promised two tasks for one key',
    {
      seen: {
        submissions: [
          {
            ...submission,
            requests: [
              ...submission.requests,
              { startedAt: 5, endedAt: 6, end: { kind: 'accepted', taskId: OTHER } },
            ],
          },
        ],
      },
    },
  ],
  [
    'duplicated_result',
    'two pictures lie in the store',
    { seen: { results: [file, { ...file, key: 'results/second.png' }] } },
  ],
  [
    'duplicated_result',
    'events tell of two results',
    { seen: { events: [...sample.seen.events, succeeded('another file')] } },
  ],
  [
    'duplicated_result',
    'a result changed after it was seen',
    {
      seen: {
        sightings: new Map([
          [
            id,
            [
              { state: 'succeeded', resultSha256: 'first' },
              { state: 'succeeded', resultSha256: 'result file' },
            ],
          ],
        ]),
      },
    },
  ],
  [
    'foreign_result',
    'a result is of another photo',
    { seen: { results: [{ ...file, pixels: 'colours of 2' }] } },
  ],
  [
    'foreign_result',
    'a result is of no task',
    { seen: { results: [file, { ...file, taskId: OTHER, key: 'results/other.png' }] } },
  ],
  ['missing_result', 'the picture is not there', { seen: { results: [] } }],
  ['missing_result', 'the picture is another one', { seen: { results: [{ ...file, sha256: 'cut off' }] } }],
  ['damaged_original', 'the original is gone', { seen: { originals: new Map() } }],
  ['damaged_original', 'the original has changed', { seen: { originals: new Map([[id, 'photo 2']]) } }],
  [
    'illegal_transition',
    'a final state was left',
    {
      seen: {
        sightings: new Map([
          [
            id,
            [
              { state: 'succeeded', resultSha256: 'result file' },
              { state: 'running', resultSha256: 'result file' },
              { state: 'succeeded', resultSha256: 'result file' },
            ],
          ],
        ]),
      },
    },
  ],
  ['log_disagrees', 'succeeded without an event', { seen: { events: [event('started')] } }],
  ['log_disagrees', 'an event says another result', { seen: { events: [succeeded('another file')] } }],
  [
    'log_disagrees',
    'an event was never applied',
    { seen: { ...notAtItsEnd('running'), events: [succeeded('x')] } },
  ],
  ['leftover', 'the outbox has a row', { seen: { outbox: 1 } }],
  ['leftover', 'a message is ready', { seen: { queues: [{ queue: 'q', ready: 1, unacked: 0 }] } }],
  ['leftover', 'a message is unacknowledged', { seen: { queues: [{ queue: 'q', ready: 0, unacked: 1 }] } }],
  ['leftover', 'a succeeded task is parked', { seen: { parked: [{ messageId: id, reason: 'unknown' }] } }],
  ['attempts', 'a task was tried too often', { seen: { tasks: [{ ...task, attempts: 4 }] } }],
  ['attempts', 'a task succeeded without an attempt', { seen: { tasks: [{ ...task, attempts: 0 }] } }],
  ['attempts', 'an event has too high a number', { seen: { events: [...sample.seen.events, failed(4)] } }],
  ['attempts', 'the engine worked too often', { seen: { engineRuns: new Map([[1, 4]]) } }],
];

describe('the checker', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(check(sample.seen, sample.expected)).toEqual({
      ok: true,
      tasks: 1,
      lost: 0,
      duplicated: 0,
      violations: [],
    });
  });

  it.each(CASES)('tells of %s: %s', (kind, _, { seen, expected }) => {
    const report = check({ ...sample.seen, ...seen }, { ...sample.expected, ...expected });
    expect(report.ok).toBe(false);
    expect(report.violations.map((violation) => violation.kind)).toContain(kind);
  });

  it('has a case for every kind of violation', () => {
    expect(new Set(CASES.map(([kind]) => kind))).toEqual(new Set(VIOLATIONS));
  });

  it('counts a task once, however many things are wrong with it', () => {
    const seen = {
      ...sample.seen,
      results: [file, { ...file, key: 'second' }],
      events: [succeeded('a'), succeeded('b')],
    };
    expect(check(seen, sample.expected)).toMatchObject({ lost: 0, duplicated: 1 });
    expect(check({ ...sample.seen, ...notAtItsEnd('queued') }, sample.expected)).toMatchObject({ lost: 1 });
  });

  it('lets an operator put a failed task back in line, once for each event that says so', () => {
    const again = (times: number): Observation => ({
      ...sample.seen,
      events: [failed(), event('redriven', 1), ...sample.seen.events],
      sightings: new Map([
        [
          id,
          [
            ...Array.from({ length: times }, () => [
              { state: 'failed' as const, resultSha256: null },
              { state: 'queued' as const, resultSha256: null },
            ]).flat(),
            { state: 'succeeded' as const, resultSha256: 'result file' },
          ],
        ],
      ]),
    });
    expect(check(again(1), sample.expected).violations).toEqual([]);
    expect(check(again(2), sample.expected).violations).toMatchObject([{ kind: 'illegal_transition' }]);
  });

  it('takes parked messages of failed tasks, and those that a scenario announced, as they should be', () => {
    const parked = [
      { messageId: id, reason: 'unknown' },
      { messageId: 'odd', reason: 'malformed_message' },
    ];
    const expected = { ...sample.expected, mayEndAs: () => ['failed' as const], expectedParked: ['odd'] };
    expect(check({ ...sample.seen, ...failedTask, parked }, expected).violations).toEqual([]);
  });

  it('does not mind a photo whose request was never answered', () => {
    const unanswered = { ...submission, requests: submission.requests.slice(0, 1) };
    expect(check({ ...sample.seen, submissions: [unanswered] }, sample.expected).violations).toEqual([]);
    const nothing = { tasks: [], results: [], events: [], sightings: new Map() };
    expect(check({ ...sample.seen, submissions: [unanswered], ...nothing }, sample.expected).ok).toBe(true);
  });
});
