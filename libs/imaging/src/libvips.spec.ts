import { describe, expect, it } from 'vitest';
import { DEFAULT_IMAGE_LIMITS } from './image-limits.js';
import { ImageError } from './image.errors.js';
import { translateSharpError } from './libvips.js';

const translate = (message: string) => translateSharpError(new Error(message), DEFAULT_IMAGE_LIMITS);

describe('translateSharpError', () => {
  it('knows a decode that took too long', () => {
    // The words of sharp 0.35 when its clock runs out. How long a real picture takes is no matter for a test.
    expect(translate('timeout: 42% complete')).toMatchObject({
      name: 'ImageError',
      code: 'image_damaged',
      details: { limit: DEFAULT_IMAGE_LIMITS.decodeTimeoutMs },
    });
  });

  it('blames the machine for a failed write, and the picture for what cannot be read', () => {
    expect(translate('/photos/x.png: write error')).not.toBeInstanceOf(ImageError);
    expect(translate('pngload_buffer: libspng read error')).toMatchObject({ code: 'image_damaged' });
  });

  it('lets what did not come from sharp pass', () => {
    const error = new TypeError('a bug');
    expect(translateSharpError(error, DEFAULT_IMAGE_LIMITS)).toBe(error);
  });
});
