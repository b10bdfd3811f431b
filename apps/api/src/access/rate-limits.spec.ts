import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnv } from '../env.js';
import type { Caller } from './caller.js';
import { toOwner } from './owners.store.js';
import { RateLimits } from './rate-limits.js';

const LIST = { method: 'GET', path: '/v1/tasks', sender: 'somebody' };
const from = (address: string): Caller => ({ owner: null, link: null, validUntil: null, address });
const keyOf = (requests_per_minute: number | null): Caller => ({
  ...from('192.0.2.1'),
  owner: toOwner({ kind: 'key', token_hash: '', requests_per_minute }),
});

describe('RateLimits', () => {
  let limits: RateLimits;
  beforeEach(() => {
    vi.useFakeTimers();
    limits = new RateLimits(readEnv({ RATE_LIMIT: '600' }));
  });
  afterEach(() => vi.useRealTimers());

  /** How many of `count` requests are let through, and how long the others are told to wait. */
  async function ask(
    count: number,
    request: () => Promise<void>,
  ): Promise<{ passed: number; waits: unknown[] }> {
    const results = await Promise.allSettled(Array.from({ length: count }, request));
    const refused = results.filter((result) => result.status === 'rejected');
    const waits = refused.map(({ reason }) => {
      const { code, extra } = reason as { code: string; extra: { retryAfterS?: number } };
      return code === 'rate_limited' ? extra.retryAfterS : reason;
    });
    return { passed: count - refused.length, waits: [...new Set(waits)] };
  }

  it('gives a minute out in parts of ten seconds, and says when the next one begins', async () => {
    expect(await ask(150, () => limits.count(from('192.0.2.1'), LIST))).toEqual({ passed: 100, waits: [10] });
    vi.advanceTimersByTime(7500);
    expect(await ask(1, () => limits.count(from('192.0.2.1'), LIST))).toEqual({ passed: 0, waits: [3] });
    vi.advanceTimersByTime(2500);
    expect(await ask(150, () => limits.count(from('192.0.2.1'), LIST))).toMatchObject({ passed: 100 });
  });

  it('counts each key by itself, as its own limit says', async () => {
    const [slow, normal, other] = [keyOf(60), keyOf(null), keyOf(null)];
    expect((await ask(20, () => limits.count(slow, LIST))).passed).toBe(10);
    expect((await ask(200, () => limits.count(normal, LIST))).passed).toBe(100);
    expect((await ask(100, () => limits.count(other, LIST))).passed).toBe(100);
  });

  it('counts those without a key by their network', async () => {
    expect((await ask(60, () => limits.count(from('2001:db8::1'), LIST))).passed).toBe(60);
    expect((await ask(60, () => limits.count(from('2001:db8::2'), LIST))).passed).toBe(40);
    expect((await ask(60, () => limits.countAddress('2001:db8::3', 's'))).passed).toBe(0);
    expect((await ask(60, () => limits.count(from('2001:db8:0:1::1'), LIST))).passed).toBe(60);
  });

  it('knows who was refused without looking anything up, for as long as that holds', async () => {
    await ask(101, () => limits.count(keyOf(null), { ...LIST, sender: 'flooding' }));
    const again = (sender: string) => ask(1, async () => limits.refuseAgain(sender));
    expect(await again('flooding')).toEqual({ passed: 1, waits: [] });
    const caller = keyOf(null);
    await ask(101, () => limits.count(caller, { ...LIST, sender: 'flooding' }));
    expect(await again('flooding')).toEqual({ passed: 0, waits: [10] });
    expect((await again('another')).passed).toBe(1);
    vi.advanceTimersByTime(10_001);
    expect((await again('flooding')).passed).toBe(1);
  });

  it('slows down who asks for one task again and again, and not who asks for many', async () => {
    const caller = keyOf(null);
    const one = { method: 'GET', path: '/v1/tasks/019a9c5e-7d10-7c4c-9d0e-0d7c8f1b2a3c', sender: 's' };
    expect(await ask(60, () => limits.count(caller, one))).toEqual({ passed: 50, waits: [2] });
    vi.advanceTimersByTime(10_000);
    let index = 0;
    const each = () =>
      limits.count(caller, { method: 'GET', path: `/v1/tasks/${(index += 1)}`, sender: 's' });
    expect((await ask(100, each)).passed).toBe(100);
  });

  it('makes sixty new visitors a minute for one address', async () => {
    expect(await ask(61, () => limits.countVisitor('192.0.2.1'))).toEqual({ passed: 60, waits: [60] });
    expect((await ask(1, () => limits.countVisitor('192.0.2.2'))).passed).toBe(1);
    vi.advanceTimersByTime(60_000);
    expect((await ask(1, () => limits.countVisitor('192.0.2.1'))).passed).toBe(1);
  });

  it('counts nothing where there is no limit', async () => {
    limits = new RateLimits(readEnv({ RATE_LIMIT: '0' }));
    expect((await ask(5000, () => limits.count(from('192.0.2.1'), LIST))).passed).toBe(5000);
  });
});
