import { expect, it } from 'vitest';
import { ArtifactStoreUnavailable } from './artifact-store.errors.js';
import { StoreReach } from './store-reach.js';

/** A store that answers as it is told, and counts how often it was asked. */
class Store {
  asked = 0;
  answer: () => Promise<boolean> = async () => false;

  exists(): Promise<boolean> {
    this.asked++;
    return this.answer();
  }
}

it('asks once, however many want to know', async () => {
  const store = new Store();
  const probe = new StoreReach(store);
  expect(await Promise.all(Array.from({ length: 20 }, () => probe.describe()))).toEqual(
    Array.from({ length: 20 }, () => 'ok'),
  );
  expect(await probe.describe()).toBe('ok');
  expect(store.asked).toBe(1);
});

it('says why the store cannot be used, and asks again later', async () => {
  const store = new Store();
  const probe = new StoreReach(store, { everyMs: 0, answerMs: 1_000 });
  store.answer = async () => {
    throw new ArtifactStoreUnavailable(Object.assign(new Error('/secret/path'), { code: 'ESTALE' }));
  };
  const said = 'Photos cannot be stored or read: the artifact store does not answer (ESTALE).';
  expect(await probe.describe()).toBe(said);
  store.answer = async () => {
    throw new Error('https://bucket.internal/?X-Amz-Signature=abc');
  };
  expect(await probe.describe()).toBe('Photos cannot be stored or read: it failed.');
  store.answer = async () => true;
  expect(await probe.describe()).toBe('ok');
});

it('does not wait for one that hangs, nor ask it twice at a time', async () => {
  const store = new Store();
  const probe = new StoreReach(store, { everyMs: 0, answerMs: 10 });
  let end = (_isThere: boolean) => {};
  store.answer = () => new Promise((resolve) => (end = resolve));
  for (let times = 0; times < 3; times++) {
    expect(await probe.describe()).toMatch(/has not answered within 0.01 s/);
  }
  expect(store.asked).toBe(1);
  end(false);
  store.answer = async () => false;
  expect(await probe.describe()).toBe('ok');
  expect(store.asked).toBeLessThanOrEqual(2);
});
