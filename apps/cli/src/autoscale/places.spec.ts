import { expect, it } from 'vitest';
import type { SeenWorker } from './look.js';
import { Places } from './places.js';

const A = 'http://me:secret@10.0.0.1:8188/';
const B = 'http://10.0.0.2:8188';
const AT_A = { engine: 'http://10.0.0.1:8188' };
const AT_B = { engine: B };

const other = (...engines: string[]): SeenWorker => ({
  name: 'gpu-1',
  busy: false,
  stopping: false,
  leaving: false,
  closed: false,
  engines,
});

it('gives each worker an engine of its own', () => {
  const places = new Places([A, B], 1);
  expect(places.free([], [])).toEqual({ number: 1, url: A });
  expect(places.free([AT_A], [])).toEqual({ number: 2, url: B });
  expect(places.free([AT_B], [])).toEqual({ number: 1, url: A });
  expect(places.free([AT_A, AT_B], [])).toBeUndefined();
});

it('leaves an engine alone that somebody else uses, and says whose it is without its credentials', () => {
  const places = new Places([A, B], 1);
  expect(places.free([], [other(AT_A.engine)])).toEqual({ number: 2, url: B });
  expect(places.free([AT_B], [other(AT_A.engine)])).toBeUndefined();
  expect(places.lentOut([other(AT_A.engine)])).toEqual(['http://10.0.0.1:8188 is used by gpu-1']);
});

it('shares engines where it is told to, each once before any twice', () => {
  const places = new Places([A, B], 2);
  expect(places.free([AT_A], [other(B)])).toEqual({ number: 2, url: B });
  expect(places.free([AT_A, AT_B], [])).toEqual({ number: 3, url: A });
  expect(places.free([AT_A, AT_A, AT_B, AT_B], [])).toBeUndefined();
});

it('finds the engine of a worker again, with its credentials', () => {
  const places = new Places([A, B], 1);
  expect(places.urlOf(AT_A.engine)).toBe(A);
  expect(places.urlOf('http://10.0.0.3:8188')).toBeUndefined();
});

it('knows that a loopback address is another engine on another machine', () => {
  const url = 'http://127.0.0.1:8188';
  const user = [other(url)];
  expect(new Places([url], 1, () => false).free([], user)).toEqual({ number: 1, url });
  const here = new Places([url], 1, (name) => name === 'gpu-1');
  expect(here.free([], user)).toBeUndefined();
  expect(here.lentOut(user)).toEqual([`${url} is used by gpu-1`]);
});
