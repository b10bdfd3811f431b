import { expect, it, vi } from 'vitest';
import { InTime } from './in-time.js';

/** Questions that are answered when a test wants it. */
function slow() {
  const open: { answer: (value: string) => void; fail: (error: Error) => void }[] = [];
  const ask = () =>
    new Promise<string>((answer, fail) => {
      open.push({ answer, fail });
    });
  return { open, ask };
}

it('gives what comes in time, and asks anew each time', async () => {
  const ask = vi.fn<() => Promise<string>>(() => Promise.resolve('well'));
  const asked = new InTime(ask, 1_000);
  expect(await asked.read()).toMatchObject({ value: 'well', problem: null });
  expect(await asked.read()).toMatchObject({ value: 'well', problem: null });
  expect(ask).toHaveBeenCalledTimes(2);
});

it('waits for nobody beyond the limit, asks once, and has what came late for the next one', async () => {
  const { open, ask } = slow();
  const asked = new InTime(ask, 20);
  const [first, second] = [await asked.read(), await asked.read()];
  expect([first.value, second.value, open.length]).toEqual([undefined, undefined, 1]);
  expect(second.ms).toBeGreaterThan(first.ms);
  const late = asked.untilAnswered();
  open[0]!.answer('late');
  expect(await late).toBe('late');
  expect(await asked.read()).toMatchObject({ value: 'late', problem: null });
});

it('says why there is no answer, and keeps what there was', async () => {
  const { open, ask } = slow();
  const asked = new InTime(ask, 60_000);
  const reading = asked.read();
  open[0]!.answer('before');
  await reading;
  const failing = asked.read();
  open[1]!.fail(Object.assign(new Error(''), { code: 'ECONNREFUSED' }));
  expect(await failing).toMatchObject({ value: 'before', problem: 'ECONNREFUSED' });
  await expect(
    Promise.all([asked.untilAnswered(), Promise.resolve(open[2]!.fail(new Error('gone')))]),
  ).rejects.toThrow('gone');
});
