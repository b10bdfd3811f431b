import { describe, expect, it } from 'vitest';
import { chooseLanguage } from './language.js';

describe('chooseLanguage', () => {
  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['zh-CN', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['zh-Hans-CN', 'zh-CN'],
    ['ZH-tw', 'zh-CN'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['en-GB,en;q=0.9,zh;q=0.8', 'en'],
    ['en;q=0.5, zh;q=0.51', 'zh-CN'],
    ['zh;q=0', 'en'],
    ['fr-FR, de;q=0.7', 'en'],
    ['fr, zh;q=0.1', 'zh-CN'],
    ['*', 'en'],
    ['*;q=0.1, zh;q=0.5', 'zh-CN'],
    ['zho', 'en'],
  ])('%j gives %s', (header, language) => {
    expect(chooseLanguage(header)).toBe(language);
  });

  it.each(['zh-CN;q=9,<script>', 'zh;q=1.5', 'zh;q=abc', 'zh;;', 'zh CN', `zh,${'x'.repeat(2000)}`])(
    'does not trust %.20s',
    (header) => {
      expect(chooseLanguage(header)).toBe('en');
    },
  );
});
