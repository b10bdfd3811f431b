import { expect, it, vi } from 'vitest';
import { HostPlaces } from './host-places.js';

function gate() {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

it('gives each host four places, and others theirs meanwhile', async () => {
  const places = new HostPlaces();
  const slow = gate();
  let atOnce = 0;
  const work = Array.from({ length: 10 }, () =>
    places.run('slow', async () => {
      atOnce += 1;
      await slow.opened;
    }),
  );
  await places.run('fast', () => Promise.resolve());
  await vi.waitFor(() => expect(atOnce).toBe(4));
  slow.open();
  await Promise.all(work);
  expect(atOnce).toBe(10);
  await vi.waitFor(() => expect(places.size).toBe(0));
});

it('lets go whoever stops waiting', async () => {
  const places = new HostPlaces();
  const slow = gate();
  const busy = Array.from({ length: 4 }, () => places.run('slow', () => slow.opened));
  const gone = new AbortController();
  const waiting = places.run('slow', () => Promise.resolve('too late'), gone.signal);
  gone.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  slow.open();
  await Promise.all(busy);
  await vi.waitFor(() => expect(places.size).toBe(0));
});

it('goes on after a failure', async () => {
  const places = new HostPlaces();
  await expect(places.run('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await places.run('a', () => Promise.resolve(1))).toBe(1);
  await vi.waitFor(() => expect(places.size).toBe(0));
});
