import { describe, expect, it } from 'vitest';
import type { PhotoProblem } from '../photo/photo.js';
import type { Upload, UploadPhase, UploadTotals } from './upload.js';
import { moodOf } from './upload-mood.js';

const TOTALS: UploadTotals = {
  total: 2,
  unsent: 2,
  percent: 10,
  secondsLeft: null,
  isPaused: false,
  isStuck: false,
};
const photo = (phase: UploadPhase, problem: PhotoProblem | null = null) => ({ phase, problem }) as Upload;

describe('what is said of photos on their way', () => {
  it('is nothing once all are sent', () => {
    expect(moodOf([photo('refused', 'heic_photo')], { ...TOTALS, unsent: 0 }, null)).toBeNull();
  });

  it.each([
    ['checking', [photo('checking')], {}, null],
    ['sending', [photo('checking'), photo('sending')], {}, null],
    ['waiting', [photo('waiting_to_send')], {}, null],
    ['stuck', [photo('sending')], { isStuck: true }, null],
    ['paused', [photo('paused')], { isPaused: true, isStuck: true }, null],
    ['offline', [photo('sending'), photo('waiting_to_send', 'offline')], { isStuck: true }, null],
    ['draft', [photo('checking')], {}, 'offline'],
    ['held', [photo('waiting_to_send', 'queue_full'), photo('sending')], {}, null],
  ] as const)('is %s', (kind, uploads, totals, draftProblem) => {
    expect(moodOf(uploads, { ...TOTALS, ...totals }, draftProblem)?.kind).toBe(kind);
  });

  it('is the reason of a photo that waits, not of one that is refused', () => {
    const uploads = [photo('refused', 'heic_photo'), photo('waiting_to_send', 'storage_full')];
    expect(moodOf(uploads, TOTALS, null)).toEqual({ kind: 'held', problem: 'storage_full' });
  });
});
