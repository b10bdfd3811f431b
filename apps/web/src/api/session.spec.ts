import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const answers: { kind: string }[] = [];
const asked: string[] = [];

beforeEach(() => {
  vi.resetModules();
  answers.length = 0;
  asked.length = 0;
  vi.stubGlobal('fetch', async (_path: string, { method }: RequestInit) => {
    asked.push(method!);
    const answer = answers.shift();
    if (answer === undefined) throw new TypeError('Failed to fetch');
    return new Response(JSON.stringify(answer));
  });
});
afterEach(() => vi.unstubAllGlobals());

/** As it is when a page has just been opened. */
async function open() {
  const { beginSession, newVisitor } = await import('./session.js');
  const told = vi.fn<() => void>();
  newVisitor.listen(told);
  return { beginSession, told };
}

describe('beginSession', () => {
  it('makes this device known once, however often it is asked, and tells so', async () => {
    answers.push({ kind: 'none' }, { kind: 'visitor' });
    const { beginSession, told } = await open();
    await Promise.all([beginSession(), beginSession()]);
    await beginSession();
    expect(asked).toEqual(['GET', 'POST']);
    expect(told).toHaveBeenCalledOnce();
  });

  it('leaves a device alone that is known', async () => {
    answers.push({ kind: 'visitor' });
    const { beginSession, told } = await open();
    await beginSession();
    expect(asked).toEqual(['GET']);
    expect(told).not.toHaveBeenCalled();
  });

  it('tries again after a failure', async () => {
    const { beginSession } = await open();
    await expect(beginSession()).rejects.toMatchObject({ code: 'offline' });
    answers.push({ kind: 'visitor' });
    await expect(beginSession()).resolves.toBeUndefined();
  });
});
