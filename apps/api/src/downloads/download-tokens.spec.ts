import { describe, expect, it } from 'vitest';
import { DownloadTokens } from './download-tokens.js';

const KEY = Buffer.alloc(32, 7);
const TASK = '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c';
const NOW = 1_780_000_000_000;
const DAY_MS = 24 * 60 * 60 * 1000;

describe('DownloadTokens', () => {
  let now = NOW;
  const tokens = new DownloadTokens(KEY, () => now);

  it('names its task until the task is erased, at another instance too', () => {
    now = NOW;
    const { token, expiresAt } = tokens.issue(TASK, NOW + DAY_MS);
    expect(expiresAt).toBe(NOW + DAY_MS);
    expect(token).toMatch(/^[\w-]{70}$/);
    const elsewhere = new DownloadTokens(Buffer.from(KEY), () => now);
    now = NOW + DAY_MS - 1000;
    expect(elsewhere.read(token)).toBe(TASK);
    now = NOW + DAY_MS;
    expect(elsewhere.read(token)).toBeUndefined();
  });

  it('is good for seven days at most', () => {
    now = NOW;
    const { token, expiresAt } = tokens.issue(TASK, NOW + 30 * DAY_MS);
    expect(expiresAt).toBe(NOW + 7 * DAY_MS);
    now = NOW + 7 * DAY_MS;
    expect(tokens.read(token)).toBeUndefined();
  });

  it('says nothing after any change of any character', () => {
    now = NOW;
    const { token } = tokens.issue(TASK, NOW + DAY_MS);
    const changed = Array.from(token, (character, index) => {
      const other = character === 'A' ? 'B' : 'A';
      return token.slice(0, index) + other + token.slice(index + 1);
    });
    expect(changed.map((each) => tokens.read(each)).filter((id) => id !== undefined)).toEqual([]);
  });

  it.each(['', 'x', 'x'.repeat(70), 'x'.repeat(100_000), '../../../etc/passwd', '奶奶', '\0'.repeat(70)])(
    'says nothing for %j',
    (token) => {
      expect(tokens.read(token)).toBeUndefined();
    },
  );

  it('does not take what another key has signed', () => {
    now = NOW;
    const { token } = new DownloadTokens(Buffer.alloc(32, 8), () => now).issue(TASK, NOW + DAY_MS);
    expect(tokens.read(token)).toBeUndefined();
  });
});
