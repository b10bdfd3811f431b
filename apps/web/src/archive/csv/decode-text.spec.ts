import { describe, expect, it } from 'vitest';
import { decodeText } from './decode-text.js';

const CHINESE = '文件名,编号\r\n外婆.jpg,甲-1\r\n';

function utf16(text: string, order: 'le' | 'be', withMark: boolean): Uint8Array {
  const bytes = Buffer.from((withMark ? '\uFEFF' : '') + text, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
}

describe('the text of a list', () => {
  it.each([
    ['UTF-8', Buffer.from(CHINESE)],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${CHINESE}`)],
    ['UTF-16 as Excel writes "Unicode text"', utf16(CHINESE, 'le', true)],
    ['UTF-16 the other way round', utf16(CHINESE, 'be', true)],
    ['UTF-16 without a mark', utf16(CHINESE, 'le', false)],
    ['UTF-16 the other way round without a mark', utf16(CHINESE, 'be', false)],
    // 文件名,编号 ⏎ 外婆.jpg,甲-1 ⏎ as Excel in Chinese saves a CSV.
    ['GB18030', Buffer.from('cec4bcfec3fb2cb1e0bac50d0acde2c6c52e6a70672cbcd72d310d0a', 'hex')],
  ])('is read from %s', (_what, bytes) => {
    expect(decodeText(new Uint8Array(bytes)).text).toBe(CHINESE);
  });

  it('is read from what Excel in western Europe saves, whose accents are no Chinese', () => {
    const bytes = Buffer.from('Datei;Signatur\r\nMüller.jpg;Käfer 1\r\nÖl.jpg;2\r\n', 'latin1');
    expect(decodeText(new Uint8Array(bytes))).toEqual({
      text: 'Datei;Signatur\r\nMüller.jpg;Käfer 1\r\nÖl.jpg;2\r\n',
      encoding: 'windows-1252',
    });
  });

  it('is read as a person says, where the guess was wrong', () => {
    const bytes = new Uint8Array(Buffer.from('cec4bcfe', 'hex'));
    expect(decodeText(bytes, 'windows-1252').text).toBe('ÎÄ¼þ');
    expect(decodeText(bytes, 'gb18030').text).toBe('文件');
  });

  it('is empty for an empty file', () => {
    expect(decodeText(new Uint8Array())).toEqual({ text: '', encoding: 'utf-8' });
  });
});
