import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import type { Photo } from '../photo/photo.js';
import { eachPhoto } from './each-photo.js';
import { photoFor } from './photo-sample.js';

const photos = Array.from({ length: 20 }, (_, index) => photoFor(`${index}.jpg`, { phase: 'done' }));
const names = (some: readonly Photo[]) => some.map(({ name }) => name);
const calm = () => ({ onProgress: () => undefined, signal: new AbortController().signal });

describe('doing the same to many photos', () => {
  it('does it to each once, some at a time, and tells how far it is', async () => {
    const [seen, progress]: [string[], number[]] = [[], []];
    let [underWay, most] = [0, 0];
    const act = async ({ name }: Photo) => {
      most = Math.max(most, (underWay += 1));
      await Promise.resolve();
      underWay -= 1;
      seen.push(name);
    };
    const outcome = await eachPhoto(photos, act, { ...calm(), onProgress: (done) => progress.push(done) });
    expect(outcome).toEqual({ done: 20, left: [], problem: null });
    expect(seen.toSorted()).toEqual(names(photos).toSorted());
    expect(progress).toEqual(photos.map((_, index) => index + 1));
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThan(10);
  });

  it('takes a photo that is gone for done', async () => {
    const act = () => Promise.reject(new ApiProblem('not_found', null));
    expect((await eachPhoto(photos, act, calm())).done).toBe(20);
  });

  it('waits as long as the API says, then does it after all', async () => {
    const waits: number[] = [];
    let refusals = 3;
    const act = () =>
      (refusals -= 1) >= 0 ? Promise.reject(new ApiProblem('rate_limited', 7000)) : Promise.resolve();
    const wait = (ms: number) => Promise.resolve(void waits.push(ms));
    expect((await eachPhoto(photos, act, { ...calm(), wait })).done).toBe(20);
    expect(waits).toEqual([7000, 7000, 7000]);
  });

  it('goes on with the others where one cannot be done, and tells which', async () => {
    const act = ({ name }: Photo) =>
      name === '3.jpg' ? Promise.reject(new ApiProblem('read_only_link', null)) : Promise.resolve();
    const { done, left, problem } = await eachPhoto(photos, act, calm());
    expect([done, names(left), problem?.code]).toEqual([19, ['3.jpg'], 'read_only_link']);
  });

  it('ends where there is no connection, with all that is left', async () => {
    let calls = 0;
    const act = () => {
      calls += 1;
      return Promise.reject(new ApiProblem('offline', null));
    };
    const { done, left, problem } = await eachPhoto(photos, act, calm());
    expect([done, names(left).toSorted(), problem?.code]).toEqual([0, names(photos).toSorted(), 'offline']);
    expect(calls).toBeLessThan(10);
  });

  it('ends when it is told to', async () => {
    const halt = new AbortController();
    const outcome = await eachPhoto(photos, () => Promise.resolve(halt.abort()), {
      ...calm(),
      signal: halt.signal,
    });
    expect(outcome.done).toBeLessThan(10);
    expect(outcome.done + outcome.left.length).toBe(20);
  });

  it('swallows no other error', async () => {
    const act = () => Promise.reject(new TypeError('a bug'));
    await expect(eachPhoto(photos, act, calm())).rejects.toThrow('a bug');
  });
});
