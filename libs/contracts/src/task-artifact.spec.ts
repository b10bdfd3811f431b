import { expect, it } from 'vitest';
import { isPhotoOf, isResultOf } from './task-artifact.js';

const ID = '0197f5b0-0000-7000-8000-000000000001';
const OTHER = '0197f5b0-0000-7000-8000-000000000002';

it.each([
  [`originals/${ID}.jpg`, true, false],
  [`canonical/${ID}.png`, true, false],
  [`results/${ID}.0123456789abcdef.png`, false, true],
  [`results/${ID}.png`, false, true],
  [`originals/${OTHER}.jpg`, false, false],
  [`results/${OTHER}.png`, false, false],
  [`originals/${ID}`, false, false],
  [`originals/${ID}.`, false, false],
  [`originals/${ID}./../${OTHER}.jpg`, false, false],
  [`originals/${ID}1.jpg`, false, false],
  [`thumbnails/${ID}.original.jpg`, false, false],
  [`inbox/${ID}.jpg`, false, false],
  [`x/originals/${ID}.jpg`, false, false],
  ['', false, false],
])('%s is the photo of its task: %s, its result: %s', (key, isPhoto, isResult) => {
  expect({ isPhoto: isPhotoOf(ID, key), isResult: isResultOf(ID, key) }).toEqual({ isPhoto, isResult });
});
