import { PROBLEM_CODES } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import type { ProblemText } from './problem-text.js';
import { wordsOf } from './problem-words.js';
import { statusOf } from './problem-status.js';
import { ProblemException } from './problem.exception.js';
import { DETAILS_EN, FIELD_TEXTS_EN, TITLES_EN, WORDS_EN } from './texts-en.js';
import { DETAILS_ZH_CN, FIELD_TEXTS_ZH_CN, TITLES_ZH_CN, WORDS_ZH_CN } from './texts-zh-cn.js';

const placeholders = (text: string) => (text.match(/\{[\w:]+\}/g) ?? []).toSorted();

describe('the texts', () => {
  it.each([
    ['titles', TITLES_EN, TITLES_ZH_CN],
    ['details', DETAILS_EN, DETAILS_ZH_CN],
    ['field texts', FIELD_TEXTS_EN, FIELD_TEXTS_ZH_CN],
    ['words', WORDS_EN, WORDS_ZH_CN],
  ] as [string, Record<string, string>, Record<string, string>][])(
    'have the same %s with the same placeholders in every language',
    (_what, english, chinese) => {
      expect(Object.keys(chinese).toSorted()).toEqual(Object.keys(english).toSorted());
      for (const [key, text] of Object.entries(english)) {
        const other = chinese[key] ?? '';
        expect({ key, has: placeholders(other) }).toEqual({ key, has: placeholders(text) });
        expect(`${key}: ${other}`).toMatch(/: (\{\w+\}$|.*\p{Script=Han})/u);
      }
    },
  );

  it('know every code, with a title and a status', () => {
    expect(Object.keys(TITLES_EN).toSorted()).toEqual([...PROBLEM_CODES].toSorted());
    for (const text of Object.keys(DETAILS_EN) as ProblemText[]) {
      expect(PROBLEM_CODES).toContain(text.split('.')[0]);
      expect(statusOf(text)).toBeGreaterThanOrEqual(400);
    }
    for (const code of PROBLEM_CODES) expect(DETAILS_EN).toHaveProperty([code]);
  });
});

describe('wordsOf', () => {
  it('shows figures as people read them', () => {
    const large = new ProblemException('file_too_large', { limit: 20 * 1024 * 1024 });
    expect(wordsOf(large, 'en').detail).toContain('at most 20 MB');
    expect(wordsOf(large, 'zh-CN').detail).toContain('最大 20 MB');
    const pixels = new ProblemException('image_too_many_pixels', { found: 900_000_000, limit: 50_000_000 });
    expect(wordsOf(pixels, 'en').detail).toContain('900,000,000 where at most 50,000,000');
  });

  it('joins what the fields say', () => {
    const wrong = new ProblemException(
      'invalid_parameter',
      {},
      {
        errors: [
          { pointer: '/params/size', text: 'whole_number_between', values: { minimum: 460, maximum: 680 } },
          { pointer: '/params/a~1b~0c', text: 'no_parameters' },
        ],
      },
    );
    expect(wordsOf(wrong, 'en')).toEqual({
      title: 'A parameter is not valid',
      detail:
        '"size" has to be a whole number from 460 to 680. There is no parameter "a/b~c": this task type has none.',
      errors: [
        { pointer: '/params/size', message: '"size" has to be a whole number from 460 to 680.' },
        { pointer: '/params/a~1b~0c', message: 'There is no parameter "a/b~c": this task type has none.' },
      ],
    });
  });

  it('has words for states, in the language', () => {
    const ended = new ProblemException('already_final', { state: 'succeeded' });
    expect(wordsOf(ended, 'zh-CN').detail).toBe('任务已经结束：已成功。');
  });

  it('shows nothing that a caller could hide in a value', () => {
    const problem = new ProblemException('invalid_request.forbidden_key', {
      name: `a\u202E\u0000${'x'.repeat(300)}`,
    });
    const { detail } = wordsOf(problem, 'en');
    expect(detail).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(detail.length).toBeLessThan(200);
  });

  it('is never without a detail', () => {
    expect(wordsOf(new ProblemException('invalid_request'), 'en').detail).toBe('The request is not valid');
  });
});
