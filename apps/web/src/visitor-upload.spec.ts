import type { TaskView } from '@app/contracts';
import { describe, expect, it, vi } from 'vitest';
import { VisitorUpload } from './visitor-upload.js';

const PHOTO = { key: 'k', file: new File(['x'], 'a.jpg'), type: 'person', idempotencyKey: 'i' };
const TASK = { id: 't' } as TaskView;
const nothing = () => undefined;

function uploadWith(beginSession: () => Promise<boolean>) {
  const send = vi.fn<() => Promise<TaskView>>(() => Promise.resolve(TASK));
  const onNewVisitor = vi.fn<() => void>();
  return { upload: new VisitorUpload({ beginSession, send, onNewVisitor }), send, onNewVisitor };
}

describe('a photo of a visitor', () => {
  it('is sent once this device is known, which is asked once', async () => {
    const begin = vi.fn<() => Promise<boolean>>(() => Promise.resolve(true));
    const { upload, onNewVisitor } = uploadWith(begin);
    expect(await Promise.all([upload.send(PHOTO, nothing), upload.send(PHOTO, nothing)])).toEqual([
      TASK,
      TASK,
    ]);
    expect(begin).toHaveBeenCalledOnce();
    expect(onNewVisitor).toHaveBeenCalledOnce();
  });

  it('of somebody who was here before opens nothing anew', async () => {
    const { upload, onNewVisitor } = uploadWith(() => Promise.resolve(false));
    await upload.send(PHOTO, nothing);
    expect(onNewVisitor).not.toHaveBeenCalled();
  });

  it('is not sent while nobody answers, and asks again when it is tried again', async () => {
    const begin = vi
      .fn<() => Promise<boolean>>(() => Promise.resolve(true))
      .mockRejectedValueOnce(new Error('away'));
    const { upload, send } = uploadWith(begin);
    await expect(upload.send(PHOTO, nothing)).rejects.toMatchObject({ code: 'offline', retryAfterMs: 5000 });
    expect(send).not.toHaveBeenCalled();
    expect(await upload.send(PHOTO, nothing)).toBe(TASK);
  });
});
