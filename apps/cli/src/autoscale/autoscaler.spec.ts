import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CliError } from '../cli-error.js';
import { Autoscaler } from './autoscaler.js';
import type { Look } from './look.js';
import type { Workforce } from './workforce.js';

const RULES = {
  min: 1,
  max: 3,
  perWorker: 100,
  besides: 0,
  maxWaitMs: null,
  intervalMs: 100,
  cooldownMs: 200,
};

let said: string[];

beforeEach(() => {
  said = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      said.push(String(text).trim());
      return true;
    });
});
afterEach(() => vi.restoreAllMocks());

/** Lives through these answers, the last one for ever, until `enough`. */
async function live(answers: (number | Error)[], workforce: Workforce, enough: () => boolean): Promise<void> {
  const stop = new AbortController();
  let turn = 0;
  const read = (): Promise<Look> => {
    if (enough()) stop.abort();
    const answer = answers[Math.min(turn++, answers.length - 1)]!;
    if (answer instanceof Error) return Promise.reject(answer);
    const type = { type: 'person', inLine: answer, paused: false, workers: 1, waitMs: null };
    return Promise.resolve({ types: [type], workers: [], pausedWorkers: new Set() });
  };
  await new Autoscaler({ read }, workforce, RULES).run(stop.signal);
}

function workersThatObey(count: number, refused = 0): Workforce & { ended: boolean; refusals: number } {
  return {
    count,
    arriving: 0,
    ended: false,
    refusals: 0,
    hear: () => undefined,
    grow() {
      this.count += 1;
      return Promise.resolve({ done: true, words: `starting ${this.count}` });
    },
    shrink() {
      if (this.refusals < refused) {
        this.refusals += 1;
        return Promise.resolve({ done: false, words: 'all are busy' });
      }
      this.count -= 1;
      return Promise.resolve({ done: true, words: 'stopping one' });
    },
    tend: () => Promise.resolve(),
    end() {
      this.ended = true;
      return Promise.resolve();
    },
  };
}

it('changes nothing while nobody answers, says so once, and ends as it is told', async () => {
  const workforce = workersThatObey(2);
  let looks = 0;
  await live([new CliError('No answer from http://a.')], workforce, () => ++looks > 6);
  expect([workforce.count, workforce.ended]).toEqual([2, true]);
  expect(said).toEqual(['No answer from http://a. Nothing is changed until that is known.']);
});

it('says each step with its reason, and each state once', async () => {
  const workforce = workersThatObey(1);
  let looks = 0;
  await live([250], workforce, () => ++looks > 6);
  expect(said).toEqual([
    '250 wait: 3 wanted, 1 there; starting 2.',
    '250 wait: 3 wanted, 2 there; starting 3.',
    '250 wait: 3 wanted, 3 there.',
  ]);
});

it('asks again at each look for a step down that could not be made', async () => {
  const workforce = workersThatObey(2, 3);
  await live([0], workforce, () => workforce.count === 1);
  expect(said.slice(0, 3)).toEqual([
    '0 wait: 1 wanted, 2 there.',
    '0 wait: 1 wanted, 2 there; all are busy.',
    '0 wait: 1 wanted, 2 there; stopping one.',
  ]);
});

it('does not hide what is wrong with itself', async () => {
  const workforce = workersThatObey(1);
  await expect(live([new TypeError('a mistake')], workforce, () => false)).rejects.toThrow('a mistake');
});
