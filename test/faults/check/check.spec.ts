import { describe, expect, it } from 'vitest';
import { check } from './check.js';
import type { ApiFigures, Expectations, Observation } from './observation.js';
import { event, failed, sampleObservation, step, succeeded } from './sample-observation.js';
import { VIOLATIONS, VIOLATIONS_OF_ANSWERS, type ViolationKind } from './violation.js';

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
const album = sample.seen.albums[0]!;
const strangers = (...keys: string[]) => keys.map((key) => ({ key, taskId: OTHER }));
/** All of it is gone, but for the mark that stops workers. */
const erased: Partial<Observation> = {
  submissions: [{ ...submission, erased: true }],
  tasks: [],
  steps: [],
  albums: [{ ...album, photos: 0 }],
  files: [{ key: `ledger/${id}.cancelled`, taskId: id }],
  enginePictures: [],
  results: [],
  originals: new Map(),
};
const failedTask = {
  tasks: [{ ...task, state: 'failed' as const, result: null }],
  steps: [...sample.seen.steps.slice(0, 3), step(4, 'failed')],
  results: [],
  events: [failed()],
  sightings: new Map(),
};

/** As they are for the sample, but for these. */
const figures = (changed: Partial<ApiFigures> = {}): ApiFigures[] => {
  const one = new Map([['person succeeded', 1]]);
  const whole = {
    api: 'api-1',
    isWhole: true,
    inState: one,
    submitted: new Map([['person', 1]]),
    finished: one,
  };
  return [{ ...whole, ...changed }];
};

const CASES: Case[] = [
  [
    'metrics_disagree',
    'a counter has missed a task',
    { seen: { figures: figures({ submitted: new Map() }) } },
  ],
  [
    'metrics_disagree',
    'an end is counted twice',
    { seen: { figures: figures({ finished: new Map([['person succeeded', 2]]) }) } },
  ],
  [
    'metrics_disagree',
    'a state is counted that no task is in',
    { seen: { figures: figures({ isWhole: false, inState: new Map([['person running', 1]]) }) } },
  ],
  [
    'lost',
    'a confirmed message has no task',
    {
      seen: {
        tasks: [],
        results: [],
        events: [],
        sightings: new Map(),
        submissions: [{ ...submission, requests: [], isConfirmed: true }],
      },
    },
  ],
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
  ['broken_log', 'a step is missing', { seen: { steps: sample.seen.steps.filter(({ seq }) => seq !== 2) } }],
  [
    'broken_log',
    'a number was given twice',
    { seen: { steps: [...sample.seen.steps.slice(0, 3), step(3, 'succeeded')] } },
  ],
  ['broken_log', 'the row has gone on without the log', { seen: { tasks: [{ ...task, seq: 5 }] } }],
  [
    'broken_log',
    'the log ends with another state than the row',
    { seen: { steps: [...sample.seen.steps.slice(0, 3), step(4, 'failed')] } },
  ],
  ['broken_log', 'the album has more steps', { seen: { albums: [{ ...album, seq: 5 }] } }],
  ['broken_log', 'the album has more photos', { seen: { albums: [{ ...album, photos: 2 }] } }],
  [
    'illegal_transition',
    'the log leaves a final state',
    { seen: { steps: [...sample.seen.steps.slice(0, 2), step(3, 'failed'), step(4, 'started')] } },
  ],
  ['line_disagrees', 'an API knows of one more', { seen: { inLine: [{ api: 'api-1', waiting: 1 }] } }],
  ['line_disagrees', 'an API knows of one less', { seen: notAtItsEnd('queued') }],
  [
    'idle',
    'a task waited although it could run',
    { seen: { idleWaits: [{ taskId: id, from: 10, to: 21 }] } },
  ],
  ['orphan', 'an original is of no task', { seen: { files: strangers('originals/1', 'originals/2') } }],
  ['orphan', 'a ledger is of no task', { seen: { files: strangers('ledger/1') } }],
  ['not_erased', 'the task is still there', { seen: { submissions: [{ ...submission, erased: true }] } }],
  ['not_erased', 'a file is still there', { seen: { ...erased, files: sample.seen.files } }],
  [
    'not_erased',
    'the engine still has it',
    { seen: { ...erased, enginePictures: sample.seen.enginePictures } },
  ],
  ['leftover', 'a waiting task was not sent', { seen: { notSent: 1 } }],
  ['leftover', 'an outcome was not delivered', { seen: { notDelivered: 1 } }],
  [
    'leftover',
    'a part of a file lies there that nothing explains',
    { seen: { temporary: ['incoming/1', 'incoming/2'] }, expected: { mostCutShort: 1 } },
  ],
  [
    'leftover',
    'a photo was handed on and not used up',
    { seen: { temporary: ['inbox/1'] }, expected: { mostCutShort: 1 } },
  ],
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
    // Those of answers have a file of their own.
    const kinds = [...CASES.map(([kind]) => kind), ...VIOLATIONS_OF_ANSWERS];
    expect(new Set(kinds)).toEqual(new Set(VIOLATIONS));
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

  it.each(['redriven', 'retried'] as const)(
    'lets a failed task be %s, once for each step that says so',
    (kind) => {
      const again = (times: number): Observation => ({
        ...sample.seen,
        tasks: [{ ...task, seq: 5 }],
        albums: [{ ...album, seq: 5 }],
        steps: [
          step(1, 'submitted'),
          step(2, 'failed'),
          step(3, kind),
          step(4, 'started'),
          step(5, 'succeeded'),
        ],
        events: [failed(), ...sample.seen.events],
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
    },
  );

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
    const nothing = { tasks: [], steps: [], albums: [], results: [], events: [], sightings: new Map() };
    const left = strangers('originals/1', 'thumbnails/1');
    const seen = { ...sample.seen, submissions: [unanswered], ...nothing, files: left };
    expect(check(seen, sample.expected).violations).toEqual([]);
  });

  it('finds nothing wrong with what was erased, and with gaps in its album', () => {
    expect(check({ ...sample.seen, ...erased }, sample.expected).violations).toEqual([]);
  });

  it('does not mind counters that began anew, nor what several APIs know late', () => {
    const [one] = figures();
    const late = [
      { ...one!, inState: new Map() },
      { ...one!, submitted: new Map(), finished: new Map() },
    ];
    for (const told of [figures(), late, figures({ isWhole: false, submitted: new Map() })])
      expect(check({ ...sample.seen, figures: told }, sample.expected).violations).toEqual([]);
  });

  it('does not mind what killed processes were writing', () => {
    const left = strangers('originals/1', 'thumbnails/1');
    const seen = { files: [...sample.seen.files, ...left], temporary: ['incoming/1'] };
    const expected = { ...sample.expected, mostCutShort: 1 };
    expect(check({ ...sample.seen, ...seen }, expected).violations).toEqual([]);
  });

  it('does not mind what waited during a fault', () => {
    const idleWaits = [{ taskId: id, from: 10, to: 1_000 }];
    const expected = { ...sample.expected, faultsEndedAt: 990 };
    expect(check({ ...sample.seen, idleWaits }, expected).violations).toEqual([]);
  });
});
