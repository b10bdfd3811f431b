import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import { SmallPictureStore, type SmallPicture, type SmallPictureSource } from './small-picture-store.js';

const source = (name: string): SmallPictureSource => ({ key: name, url: `/${name}` });
const nobody = () => {};

interface Answer {
  resolve(picture: SmallPicture): void;
  reject(error: Error): void;
}

/** Loads pictures when it is told to. */
class Loader {
  readonly asked: string[] = [];
  private readonly answers = new Map<string, Answer>();

  readonly load = ({ key }: SmallPictureSource): Promise<SmallPicture> => {
    this.asked.push(key);
    const promise = new Promise<SmallPicture>((resolve, reject) => {
      this.answers.set(key, { resolve, reject });
    });
    return promise;
  };

  async bring(...names: string[]): Promise<void> {
    for (const key of names) {
      this.answers.get(key)!.resolve({ key, src: `blob:${key}`, width: 4, height: 3 });
      await vi.advanceTimersByTimeAsync(0);
    }
  }

  async fail(name: string, error: Error): Promise<void> {
    this.answers.get(name)!.reject(error);
    await vi.advanceTimersByTimeAsync(0);
  }
}

let loader: Loader;
beforeEach(() => {
  vi.useFakeTimers();
  loader = new Loader();
  return () => void vi.useRealTimers();
});

describe('SmallPictureStore', () => {
  it('loads a picture once for all who look at it, and tells each of them', async () => {
    const store = new SmallPictureStore(loader.load);
    const users = [vi.fn<() => void>(), vi.fn<() => void>()];
    for (const user of users) store.want(source('a'), user);
    expect(store.peek('a')).toBeNull();
    await loader.bring('a');
    expect(loader.asked).toEqual(['a']);
    expect(users.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    expect(store.peek('a')).toMatchObject({ src: 'blob:a' });
  });

  it('asks for six at once, then for what was wanted last, and not for what nobody wants any more', async () => {
    const store = new SmallPictureStore(loader.load);
    const names = ['1', '2', '3', '4', '5', '6', 'early', 'given up', 'late'];
    const letGo = names.map((name) => store.want(source(name), nobody));
    letGo[7]!();
    expect(loader.asked).toHaveLength(6);
    await loader.bring('1', '2', '3');
    expect(loader.asked.slice(6)).toEqual(['late', 'early']);
  });

  it('keeps the ones used last, and all that are looked at', async () => {
    const revoke = vi.spyOn(URL, 'revokeObjectURL').mockImplementation(nobody);
    const store = new SmallPictureStore(loader.load, 2);
    store.want(source('looked at'), nobody);
    const letGo = [store.want(source('old'), nobody), store.want(source('recent'), nobody)];
    await loader.bring('looked at', 'old', 'recent');
    for (const go of letGo) go();
    expect(store.peek('looked at')).not.toBeNull();
    expect(store.peek('old')).toBeNull();
    expect(store.peek('recent')).not.toBeNull();
    expect(revoke.mock.calls).toEqual([['blob:old']]);
    revoke.mockRestore();
  });

  it('tries again while the API is away, but not for a picture that is gone', async () => {
    const store = new SmallPictureStore(loader.load);
    store.want(source('gone'), nobody);
    store.want(source('away'), nobody);
    await loader.fail('gone', new ApiProblem('not_found', null));
    await loader.fail('away', new ApiProblem('offline', null));
    await vi.advanceTimersByTimeAsync(2000);
    expect(loader.asked).toEqual(['gone', 'away', 'away']);
    expect([store.peek('gone'), store.peek('away')]).toEqual(['none', null]);
    await loader.bring('away');
    expect(store.peek('away')).toMatchObject({ src: 'blob:away' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(loader.asked).toHaveLength(3);
  });
});
