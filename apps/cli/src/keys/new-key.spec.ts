import { describe, expect, it } from 'vitest';
import { readNewKey } from './new-key.js';

describe('readNewKey', () => {
  it('asks for nothing that was not chosen', () => {
    expect(readNewKey('scanner', { role: 'user' })).toEqual({ name: 'scanner', role: 'user' });
  });

  it('reads every option', () => {
    const flags = { role: 'viewer', group: 'museum', types: 'person, building', priority: '9' };
    const more = { quota: '20GB', rate: '60', expires: '2030-12-31', amqpUser: 'museum' };
    expect(readNewKey('m', { ...flags, ...more })).toEqual({
      name: 'm',
      role: 'viewer',
      group: 'museum',
      allowed_types: ['person', 'building'],
      max_priority: 9,
      quota_bytes: 20 * 1024 ** 3,
      requests_per_minute: 60,
      amqp_user: 'museum',
      expires_at: '2030-12-31T00:00:00.000Z',
    });
  });

  it.each([
    [{ role: 'root' }, /--role is one of user, viewer, operator/],
    [{ role: 'user', priority: 'high' }, /--priority/],
    [{ role: 'user', quota: '20 GB' }, /--quota/],
    [{ role: 'user', rate: '-1' }, /--rate/],
    [{ role: 'user', expires: 'soon' }, /--expires/],
  ])('refuses %j', (flags, message) => {
    expect(() => readNewKey('m', flags)).toThrow(message);
  });
});
