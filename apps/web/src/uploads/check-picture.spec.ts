import { describe, expect, it } from 'vitest';
import { checkPicture } from './check-picture.js';

describe('the size of a picture', () => {
  it.each([
    [8000, 6250, null],
    [8000, 6251, 'image_too_many_pixels'],
    [65_536, 700, 'image_too_many_pixels'],
    [16, 16, null],
    [800, 15, 'bad_aspect'],
    [100, 15, 'image_too_small'],
    [1000, 20, null],
    [1001, 20, 'bad_aspect'],
  ])('%i x %i is %s', (width, height, problem) => {
    expect(checkPicture(width, height)).toBe(problem);
    expect(checkPicture(height, width)).toBe(problem);
  });
});
