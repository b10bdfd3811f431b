import { describe, expect, it } from 'vitest';
import type { LinkAccess } from '@app/contracts';
import type { OwnerRow } from '../database/schema.js';
import type { Caller } from './caller.js';
import { toOwner } from './owners.store.js';
import { standingOf } from './standing.js';
import { judgeMachine, judgeOwner, judgeRole, judgeStanding } from './verdict.js';

const ALBUM = 'the album';
const nobody: Caller = { owner: null, link: null, validUntil: null, address: '192.0.2.1' };
const holder = (id: string, given: Partial<OwnerRow> = {}): Caller => ({
  ...nobody,
  owner: toOwner({ kind: 'key', token_hash: id, id, ...given }),
});
const linked = (access: LinkAccess, albumId = ALBUM): Caller => ({
  ...nobody,
  link: { linkId: 'a link', albumId, access },
});

const owner = holder('the owner');
const stranger = holder('a stranger');
const visitor = holder('a visitor', { kind: 'visitor' });
const viewer = holder('a viewer', { role: 'viewer' });
const operator = holder('an operator', { role: 'operator' });

describe('what somebody may do with an album and the tasks in it', () => {
  it.each<[string, Caller, LinkAccess | null, string[]]>([
    // caller, opened link, to view, to edit, to give links
    ['nobody', nobody, null, ['not_found', 'not_found', 'not_found']],
    ['the owner', owner, null, ['yes', 'yes', 'yes']],
    ['another key', stranger, null, ['not_found', 'not_found', 'not_found']],
    ['another key that opened a view link', stranger, 'view', ['yes', 'read_only_link', 'read_only_link']],
    ['a visitor who opened an edit link', visitor, 'edit', ['yes', 'yes', 'forbidden']],
    ['a view link', linked('view'), null, ['yes', 'read_only_link', 'read_only_link']],
    ['an edit link', linked('edit'), null, ['yes', 'yes', 'forbidden']],
    ['a link of another album', linked('edit', 'else'), null, ['not_found', 'not_found', 'not_found']],
    ['a viewer', viewer, null, ['yes', 'forbidden', 'forbidden']],
    ['a viewer who opened an edit link', viewer, 'edit', ['yes', 'yes', 'forbidden']],
    ['an operator', operator, null, ['yes', 'yes', 'yes']],
  ])('%s', (_name, caller, granted, expected) => {
    const standing = standingOf(caller, granted, { ownerId: 'the owner', albumId: ALBUM });
    const needs = ['view', 'edit', 'owner'] as const;
    expect(needs.map((need) => judgeStanding(caller, standing, need) ?? 'yes')).toEqual(expected);
  });

  it('gives no link to a task without an album', () => {
    const alone = { ownerId: 'the owner', albumId: null };
    expect(standingOf(linked('edit'), null, alone)).toBe('none');
    expect(standingOf(stranger, null, alone)).toBe('none');
  });
});

describe('what somebody may do beside it', () => {
  it.each<[string, Caller, string[]]>([
    // own things, look at all, operate, metrics from outside, metrics on this machine
    ['nobody', nobody, ['unauthorized', 'unauthorized', 'unauthorized', 'not_found', 'yes']],
    ['a visitor', visitor, ['yes', 'unauthorized', 'unauthorized', 'not_found', 'yes']],
    ['a key', stranger, ['yes', 'forbidden', 'forbidden', 'forbidden', 'forbidden']],
    ['a viewer', viewer, ['yes', 'yes', 'forbidden', 'yes', 'yes']],
    ['an operator', operator, ['yes', 'yes', 'yes', 'yes', 'yes']],
    ['a view link', linked('view'), ['read_only_link', 'forbidden', 'forbidden', 'not_found', 'yes']],
    ['an edit link', linked('edit'), ['forbidden', 'forbidden', 'forbidden', 'not_found', 'yes']],
  ])('%s', (_name, caller, expected) => {
    const verdicts = [
      judgeOwner(caller),
      judgeRole(caller, 'viewer'),
      judgeRole(caller, 'operator'),
      judgeMachine(caller, false),
      judgeMachine(caller, true),
    ];
    expect(verdicts.map((verdict) => verdict ?? 'yes')).toEqual(expected);
  });
});
