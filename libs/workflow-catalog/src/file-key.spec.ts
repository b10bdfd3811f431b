import { TASK_TYPE_KEY } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { bilingual } from './bilingual.js';
import { keyOfName, splitVersion } from './file-key.js';

describe('keyOfName', () => {
  it.each([
    ['person', 'person'],
    ['Old Streets', 'old-streets'],
    ['old_streets (v2)', 'old-streets-v2'],
    ['Old Streets 老街道', 'old-streets'],
    ['老街道 Old Streets', 'old-streets'],
    ['Café', 'cafe'],
    ['4x upscale', 'wf-4x-upscale'],
  ])('%s gives %s', (name, key) => {
    expect(keyOfName(name)).toBe(key);
  });

  it.each(['修复', 'DDColor人物黑白修复', 'Восстановление', '---', '', '修复 face 人物'])(
    '"%s" gives a key that is stable',
    (name) => {
      expect(keyOfName(name)).toMatch(/^wf-[0-9a-f]{8}$/);
      expect(keyOfName(name.normalize('NFD'))).toBe(keyOfName(name.normalize('NFC')));
    },
  );

  it('shortens a long name without confusing two of them', () => {
    const [one, other] = [`${'long '.repeat(20)}one`, `${'long '.repeat(20)}other`].map(keyOfName);
    expect(one).toMatch(TASK_TYPE_KEY);
    expect(one?.length).toBeLessThanOrEqual(40);
    expect(one).not.toBe(other);
  });
});

describe('splitVersion', () => {
  it.each([
    ['person', 'person', null],
    ['person@2', 'person', 2],
    ['人物@999', '人物', 999],
    ['person@0', 'person@0', null],
    ['person@1000', 'person@1000', null],
    ['a@2@3', 'a@2', 3],
    ['@2', '@2', null],
  ])('%s is %s, version %s', (text, name, version) => {
    expect(splitVersion(text)).toEqual({ name, version });
  });
});

describe('bilingual', () => {
  it.each([
    ['Old Streets 老街道', 'Old Streets', '老街道'],
    ['老街道 / Old Streets', 'Old Streets', '老街道'],
    ['Old_Streets_老街道', 'Old Streets', '老街道'],
    ['老街道', '老街道', '老街道'],
    ['Old Streets', 'Old Streets', 'Old Streets'],
    ['DDColor人物 修复', 'DDColor人物 修复', 'DDColor人物 修复'],
    ['Old 老 Streets', 'Old 老 Streets', 'Old 老 Streets'],
  ])('%s is %s and %s', (text, en, zh) => {
    expect(bilingual(text)).toEqual({ en, 'zh-CN': zh });
  });
});
