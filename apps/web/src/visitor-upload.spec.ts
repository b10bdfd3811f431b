import type { TaskView } from '@app/contracts';
import { describe, expect, it, vi } from 'vitest';
import { VisitorUpload } from './visitor-upload.js';

const PHOTO = { key: 'k', file: new File(['x'], 'a.jpg'), type: 'person', idempotencyKey: 'i' };
const TASK = { id: 't' } as TaskView;

function uploadWith(beginSession: () => Promise<boolean>) {
  const send = vi.fn(() => Promise.resolve(TASK));
  const onNewVisitor = vi.fn();
  return { upload: new VisitorUpload({ beginSession, send, onNewVisitor }), send, onNewVisitor };
}

describe('a photo of a visitor', () => {
  it('is sent once this device is known, which is asked once', async () => {
    const begin = vi.fn(() => Promise.resolve(true));
    const { upload, onNewVisitor } = uploadWith(begin);
    expect(await Promise.all([upload.send(PHOTO, vi.fn()), upload.send(PHOTO, vi.fn())])).toEqual([
      TASK,
      TASK,
    ]);
    expect(begin).toHaveBeenCalledOnce();
    expect(onNewVisitor).toHaveBeenCalledOnce();
  });

  it('of somebody who was here before opens nothing anew', async () => {
    const { upload, onNewVisitor } = uploadWith(() => Promise.resolve(false));
    await upload.send(PHOTO, vi.fn());
    expect(onNewVisitor).not.toHaveBeenCalled();
  });

  it('is not sent while nobody answers, and asks again when it is tried again', async () => {
    const begin = vi.fn(() => Promise.resolve(true)).mockRejectedValueOnce(new Error('away'));
    const { upload, send } = uploadWith(begin);
    await expect(upload.send(PHOTO, vi.fn())).rejects.toMatchObject({ code: 'offline', retryAfterMs: 5000 });
    expect(send).not.toHaveBeenCalled();
    expect(await upload.send(PHOTO, vi.fn())).toBe(TASK);
  });
});
