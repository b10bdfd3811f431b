import { describe, expect, it } from 'vitest';
import { toUpload, type UploadMoment, type UploadRecord } from './upload-record.js';

const RECORD = { id: 'u', stage: 'ready', isPaused: false, problem: null } as UploadRecord;
const MOMENT: UploadMoment = {
  isSending: false,
  percent: 40,
  thumbnailUrl: null,
  taskId: null,
  isKept: true,
};

describe('what people see of an upload', () => {
  it.each([
    ['checking', { stage: 'checking', isPaused: true }, {}],
    ['waiting_to_send', {}, {}],
    ['sending', {}, { isSending: true }],
    ['waiting_to_send', { problem: 'offline' }, { isSending: true }],
    ['sending', { stage: 'arrived' }, {}],
    ['waiting_to_send', { stage: 'arrived', problem: 'queue_full' }, {}],
    ['paused', { isPaused: true, problem: 'offline' }, { isSending: true }],
    ['refused', { stage: 'refused', isPaused: true, problem: 'duplicate' }, {}],
    ['lost', { stage: 'lost' }, {}],
    ['accepted', { stage: 'arrived' }, { taskId: 't' }],
  ] as const)('is %s', (phase, record, moment) => {
    expect(toUpload({ ...RECORD, ...record }, { ...MOMENT, ...moment }).phase).toBe(phase);
  });

  it('is all of it once all of it has arrived', () => {
    expect(toUpload(RECORD, MOMENT).percent).toBe(40);
    expect(toUpload({ ...RECORD, stage: 'arrived' }, MOMENT).percent).toBe(100);
  });
});
