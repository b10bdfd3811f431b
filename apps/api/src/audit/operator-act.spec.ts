import { describe, expect, it } from 'vitest';
import type { Caller } from '../access/caller.js';
import { toOwner } from '../access/owners.store.js';
import { operatorAct } from './operator-act.js';

const callerOf = (role: 'user' | 'viewer' | 'operator'): Caller => ({
  owner: toOwner({ id: 'me', kind: 'key', token_hash: 'hash', name: 'night shift', role }),
  link: null,
  validUntil: null,
  address: '127.0.0.1',
});

describe('what is written into the audit log', () => {
  it('is what an operator does to what belongs to somebody else', () => {
    const act = operatorAct(callerOf('operator'), 'somebody', { act: 'task_cancelled', subject: 'task' });
    expect(act).toMatchObject({
      act: 'task_cancelled',
      subject: 'task',
      by: { id: 'me', name: 'night shift' },
    });
  });

  it.each([
    ['an operator with its own', callerOf('operator'), 'me'],
    ['somebody with what was shared', callerOf('user'), 'somebody'],
    ['a link', { ...callerOf('user'), owner: null }, 'somebody'],
  ] as const)('is not what is done by %s', (_, caller, ownerId) => {
    expect(operatorAct(caller, ownerId, { act: 'task_cancelled' })).toBeUndefined();
  });
});
