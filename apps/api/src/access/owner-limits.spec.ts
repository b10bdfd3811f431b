import { describe, expect, it } from 'vitest';
import { readEnv } from '../env.js';
import type { GroupsStore } from './groups.store.js';
import { OwnerLimits } from './owner-limits.js';
import { toOwner } from './owners.store.js';

const groups: Pick<GroupsStore, 'typesOf'> = {
  typesOf: (name) =>
    Promise.resolve<Record<string, string>>(name === 'museum' ? { person: 'person-museum' } : {}),
};
const limits = new OwnerLimits(groups as GroupsStore, readEnv({ VISITOR_QUOTA_BYTES: '1000' }));
const key = toOwner({ kind: 'key', token_hash: '' });
const visitor = toOwner({ kind: 'visitor', token_hash: '' });

describe('OwnerLimits', () => {
  it('gives a group its own workflow under the name of a task type, and all others what they ask for', async () => {
    const museum = { ...key, group_name: 'museum' };
    expect(await limits.taskTypeFor(museum, 'person')).toBe('person-museum');
    expect(await limits.taskTypeFor(museum, 'building')).toBe('building');
    expect(await limits.taskTypeFor({ ...key, group_name: 'unknown' }, 'person')).toBe('person');
    expect(await limits.taskTypeFor(visitor, 'person')).toBe('person');
  });

  it('refuses a task type that a key may not ask for', async () => {
    const narrow = { ...key, allowed_types: '["person"]' };
    expect(await limits.taskTypeFor(narrow, 'person')).toBe('person');
    await expect(limits.taskTypeFor(narrow, 'building')).rejects.toMatchObject({
      code: 'task_type_not_allowed',
      values: { allowed: 'person' },
    });
  });

  it('refuses a priority above that of the key; visitors and links have the normal one', () => {
    limits.checkPriority({ ...key, max_priority: 4 }, 4);
    limits.checkPriority(null, 0);
    for (const [owner, level] of [
      [{ ...key, max_priority: 4 }, 5],
      [visitor, 1],
      [null, 1],
    ] as const) {
      expect(() => limits.checkPriority(owner, level)).toThrow(
        expect.objectContaining({ code: 'priority_not_allowed' }) as Error,
      );
    }
  });

  it('refuses what would be more than may be kept, and anything once that is used up', () => {
    const full = expect.objectContaining({ code: 'quota_exceeded', values: { limit: 1000 } }) as Error;
    limits.checkQuota({ ...visitor, used_bytes: 400 }, 600);
    limits.checkQuota({ ...visitor, used_bytes: 999 }, 0);
    expect(() => limits.checkQuota({ ...visitor, used_bytes: 400 }, 601)).toThrow(full);
    expect(() => limits.checkQuota({ ...visitor, used_bytes: 1000 }, 0)).toThrow(full);
    expect(() => limits.checkQuota({ ...key, quota_bytes: 1000, used_bytes: 1000 }, 1)).toThrow(full);
    limits.checkQuota({ ...key, used_bytes: 10 ** 15 }, 10 ** 15);
  });
});
