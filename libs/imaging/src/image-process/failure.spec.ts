import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../image.errors.js';
import { toError, toFailure } from './failure.js';

/** As between two processes with `serialization: 'advanced'`. */
const sent = (error: unknown): Error => toError(deserialize(serialize(toFailure(error))));

describe('failures between processes', () => {
  it('keeps an ImageError whole, and of its cause the text', () => {
    const details = { limit: 50, found: 51 };
    const error = sent(new ImageError('bad_aspect', 'Too long.', details, new Error('said libvips')));
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ code: 'bad_aspect', message: 'Too long.', details });
    expect(error.cause).toMatchObject({ message: 'said libvips' });
  });

  it('keeps message, code and stack of an error of the machine', () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const error = sent(full);
    expect(error).not.toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ message: 'no space', code: 'ENOSPC', stack: full.stack });
  });

  it('takes what is no error at all', () => {
    expect(sent('thrown text').message).toBe('thrown text');
    expect(sent(new TypeError('a bug'))).not.toHaveProperty('code');
  });
});
