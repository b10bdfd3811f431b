import { describe, expect, it } from 'vitest';
import { Places, type Lane } from './places.js';

const host = (name: string): Lane => ({ channel: 'webhook', host: `${name}:443` });
const ANSWERS: Lane = { channel: 'amqp', host: 'main' };

/** Begins as much as there is room for. */
function fill(places: Places, lane: Lane): number {
  let begun = 0;
  for (; places.free(lane, 0) > 0; begun += 1) places.take(lane);
  return begun;
}

describe('Places', () => {
  it('are four at one host, whoever holds them', () => {
    const places = new Places();
    expect(places.free(host('a'), 0)).toBe(4);
    expect(places.free(host('a'), 3)).toBe(1);
    expect(places.free(host('a'), 9)).toBe(0);
    expect(fill(places, host('a'))).toBe(4);
    places.giveBack(host('a'));
    expect(places.free(host('a'), 0)).toBe(1);
    expect(places.free(host('b'), 0)).toBe(4);
  });

  it('are 32 in all, and the second half goes to hosts that have none', () => {
    const places = new Places();
    const begun = Array.from({ length: 40 }, (_, index) => fill(places, host(String(index))));
    expect(begun).toEqual([
      ...Array<number>(4).fill(4),
      ...Array<number>(16).fill(1),
      ...Array<number>(20).fill(0),
    ]);
  });

  it('of the broker are apart', () => {
    const places = new Places();
    for (let index = 0; index < 40; index += 1) fill(places, host(String(index)));
    expect(fill(places, ANSWERS)).toBe(32);
    places.giveBack(ANSWERS);
    expect(places.free(ANSWERS, 0)).toBe(1);
    expect(places.free(host('z'), 0)).toBe(0);
  });
});
