import type { ApiKeyView } from '@app/contracts';
import { expect, it } from 'vitest';
import { keyLines } from './key-lines.js';

const key: ApiKeyView = {
  id: '019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c',
  name: 'scanner\u001B[2J',
  role: 'user',
  group: null,
  allowed_types: null,
  max_priority: 0,
  quota_bytes: null,
  requests_per_minute: null,
  amqp_user: null,
  used_bytes: 0,
  created_at: '2026-01-01T00:00:00.000Z',
  last_seen_at: '2026-01-02T10:00:00.000Z',
  expires_at: null,
  revoked_at: null,
};

it('shows each key and its state, and nothing that a terminal would obey', () => {
  const now = Date.parse('2026-06-01');
  const lines = keyLines(
    [
      key,
      {
        ...key,
        expires_at: '2026-12-31T00:00:00.000Z',
        max_priority: 9,
        allowed_types: ['person'],
        amqp_user: 'museum',
      },
      { ...key, expires_at: '2026-05-31T00:00:00.000Z', amqp_user: '' },
      { ...key, expires_at: '2026-12-31T00:00:00.000Z', revoked_at: '2026-03-01T00:00:00.000Z' },
    ],
    now,
  );
  expect(lines.join('')).not.toContain('\u001B');
  expect(lines.slice(2).map((line) => line.split(/ {2,}/).slice(4))).toEqual([
    ['all', '0', '-', '2026-01-02', 'valid'],
    ['person', '0-9', 'museum', '2026-01-02', 'valid until 2026-12-31'],
    ['all', '0', '(nobody named)', '2026-01-02', 'expired 2026-05-31'],
    ['all', '0', '-', '2026-01-02', 'revoked 2026-03-01'],
  ]);
});
