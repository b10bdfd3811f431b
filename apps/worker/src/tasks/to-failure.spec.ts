import { ArtifactNotFound, ArtifactStoreUnavailable } from '@app/artifact-store';
import { TaskFailure } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { toFailure } from './to-failure.js';

describe('toFailure', () => {
  it.each([
    [new TaskFailure('timed_out', 'too long'), 'timed_out'],
    [new ArtifactNotFound('canonical/a.png'), 'photo_missing'],
    [new ArtifactStoreUnavailable(new Error('EIO')), 'storage_unavailable'],
    [new Error('a bug'), 'unknown'],
    ['a text', 'unknown'],
  ])('calls %s %s', (error, code) => {
    expect(toFailure(error)).toMatchObject({ code, message: expect.stringMatching(/./) as string });
  });
});
