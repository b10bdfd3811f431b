import { describe, expect, test } from 'vitest';
import { mulberry32 } from '../estimates/fixed-draws.js';
import { Line } from './line.js';
import type { LineEntry } from './line-entry.js';

/** A line with a broker behind it that keeps nothing waiting, unless a test begins tasks itself. */
class World {
  readonly line = new Line();
  private ids = 0;
  private order = 0;

  join(owner: string, level = 0): string {
    const id = `task ${String((this.ids += 1)).padStart(8, '0')}`;
    const turn = this.line.join(owner, level);
    this.line.put({ id, owner, level, turn, dispatched: null, sentClass: null, queuedAt: this.ids });
    return id;
  }

  album(owner: string, photos: number, level = 0): string[] {
    return Array.from({ length: photos }, () => this.join(owner, level));
  }

  /** Undefined when nobody may be handed over. */
  handOver(): LineEntry | undefined {
    const next = this.line.nextHeld();
    return next && this.line.handOver(next.entry.id, (this.order += 1));
  }

  /** Handed over, and begun at once. */
  serve(): LineEntry {
    const entry = this.handOver()!;
    this.line.remove(entry.id);
    return entry;
  }

  serveMany(count: number): LineEntry[] {
    return Array.from({ length: count }, () => this.serve());
  }
}

const countOf = (owner: string, entries: LineEntry[]) =>
  entries.filter((each) => each.owner === owner).length;

describe('within a level', () => {
  test('a single photo is next, or waits for one photo of each other owner at most', () => {
    for (const seed of [31, 32, 33, 34]) {
      const random = mulberry32(seed);
      const world = new World();
      world.album('big', 5_000);
      const { line } = world;
      for (let round = 0; round < 600; round += 1) {
        if (random() < 0.02) world.album(`album ${round}`, 1 + Math.floor(random() * 200));
        const id = world.join(`single ${round}`);
        expect(line.place(id), `seed ${seed}, round ${round}`).toBeLessThanOrEqual(line.owners);
        world.serveMany(Math.floor(random() * 4));
      }
    }
  });

  test('behind one album a single photo is second at most, and moves the album by one', () => {
    const world = new World();
    world.album('big', 5_000);
    world.serveMany(1_234);
    const album = world.line.at(2)!.id;
    const single = world.join('single');
    expect(world.line.place(single)).toBe(2);
    expect(world.line.place(album)).toBe(3);
    expect(world.line.movedBackBy(album)).toBe('fair_share');
  });

  test('sixteen albums that came one after the other take turns', () => {
    const world = new World();
    const owners = Array.from({ length: 16 }, (_, index) => `owner ${index}`);
    for (const owner of owners) world.album(owner, 50);
    for (let round = 0; round < 50; round += 1) {
      expect(new Set(world.serveMany(16).map(({ owner }) => owner)).size).toBe(16);
    }
  });

  test.each([1, 3, 10, 100])('an album keeps its share while %i new owners wait at any time', (waiting) => {
    const world = new World();
    world.album('big', 2_000);
    let owners = 0;
    const served = Array.from({ length: 2_000 }, () => {
      while (world.line.owners < waiting + 1) world.join(`single ${(owners += 1)}`);
      return world.serve();
    });
    expect(countOf('big', served)).toBeGreaterThanOrEqual(Math.floor(2_000 / (waiting + 1)));
  });

  test('an album is not starved by more newcomers than can be served', () => {
    const world = new World();
    world.album('big', 1_000);
    let owners = 0;
    let lastOfBig = 0;
    for (let step = 1; step <= 1_000; step += 1) {
      world.join(`single ${(owners += 1)}`);
      world.join(`single ${(owners += 1)}`);
      const waiting = world.line.owners;
      if (world.serve().owner !== 'big') continue;
      expect(step - lastOfBig).toBeLessThanOrEqual(waiting);
      lastOfBig = step;
    }
    expect(lastOfBig).toBeGreaterThan(0);
  });

  test('sending one photo after the other gets no more than an album does', () => {
    const world = new World();
    for (let owner = 0; owner < 9; owner += 1) world.album(`album ${owner}`, 200);
    world.join('one by one');
    const served = Array.from({ length: 1_000 }, () => {
      const entry = world.serve();
      if (entry.owner === 'one by one') world.join('one by one');
      return entry;
    });
    expect(countOf('one by one', served)).toBeGreaterThanOrEqual(95);
    expect(countOf('one by one', served)).toBeLessThanOrEqual(105);
  });

  test('who cancelled the front of an album is neither punished nor overtaken', () => {
    const world = new World();
    const photos = world.album('big', 1_000);
    world.serveMany(10);
    for (const id of photos.slice(10, 410)) world.line.remove(id);
    const added = world.join('big');
    expect(world.line.get(added)!.turn).toBe(1_000);
    for (let owner = 0; owner < 5; owner += 1) world.join(`single ${owner}`);
    expect(countOf('big', world.serveMany(6))).toBeGreaterThanOrEqual(1);
  });

  test('who cancelled everything comes back as a newcomer', () => {
    const world = new World();
    world.album('other', 100);
    const photos = world.album('big', 1_000);
    world.serveMany(20);
    for (const id of photos) world.line.remove(id);
    expect(world.line.place(world.join('big'))).toBeLessThanOrEqual(2);
  });

  test('a turn that was never used is given again, and costs nothing once others had theirs', () => {
    const { line } = new World();
    const first = line.join('owner', 0);
    const second = line.join('owner', 0);
    expect(second).toBe(first + 1);
    line.abandon('owner', 0, second);
    expect(line.join('owner', 0)).toBe(first);

    const world = new World();
    world.album('other', 100);
    for (let lost = 0; lost < 10; lost += 1) world.line.join('owner', 0);
    world.serveMany(30);
    expect(world.line.place(world.join('owner'))).toBeLessThanOrEqual(2);
  });

  test('an unused turn is not kept for ever while nothing is handed over', () => {
    const { line } = new World();
    for (let lost = 0; lost < 10; lost += 1) line.join('owner', 0);
    for (let other = 0; other < 1_024; other += 1) line.join(`other ${other}`, 0);
    expect(line.join('owner', 0)).toBe(0);
  });

  test('after a restart newcomers begin at the lowest turn that is held', () => {
    const entry = { level: 0, dispatched: null, sentClass: null, queuedAt: 0 };
    const line = Line.load([
      { ...entry, id: 'b', owner: 'big', turn: 701 },
      { ...entry, id: 'a', owner: 'big', turn: 700 },
      { ...entry, id: 'c', owner: 'vip', turn: 3, level: 9 },
    ]);
    expect([line.join('single', 0), line.join('single', 9), line.join('big', 0)]).toEqual([700, 3, 702]);
  });

  test('after a restart nobody is behind what was handed over before', () => {
    const sent = { level: 0, sentClass: 0, queuedAt: 0 };
    const line = Line.load([{ ...sent, id: 'a', owner: 'big', turn: 700, dispatched: 1 }]);
    expect(line.join('single', 0)).toBe(700);
    expect(line.join('big', 0)).toBe(701);
  });
});

describe('between levels', () => {
  test('a flood of priority leaves every fifth handover to the others, in the class of the flood', () => {
    const world = new World();
    world.album('patient', 100, 0);
    world.album('vip', 20, 9);
    for (let round = 0; round < 50; round += 1) {
      const served = world.serveMany(5);
      expect(served.map(({ level }) => level)).toEqual([9, 9, 9, 9, 0]);
      expect(served.map(({ sentClass }) => sentClass)).toEqual([4, 4, 4, 4, 4]);
      world.album('vip', 4, 9);
    }
  });

  test('where several levels wait below the flood, each of them gets its turn', () => {
    const world = new World();
    for (const level of [0, 2, 5]) world.album(`patient ${level}`, 100, level);
    const served = Array.from({ length: 300 }, () => {
      world.join('vip', 9);
      return world.serve();
    });
    expect([9, 5, 2, 0].map((level) => served.filter((each) => each.level === level).length)).toEqual([
      240, 20, 20, 20,
    ]);
  });

  test('nobody is aged while nobody is passed', () => {
    const world = new World();
    world.album('vip', 10, 9);
    world.serveMany(8);
    world.join('patient', 0);
    expect(world.serveMany(3).map(({ level }) => level)).toEqual([9, 9, 0]);
  });

  test('what the broker has in a low class begins too, however much comes above it', () => {
    const world = new World();
    const { line } = world;
    const patient = world.album('patient', 2, 0);
    world.handOver();
    world.handOver();
    const begun: LineEntry[] = [];
    while (begun.length < 50 && patient.some((id) => line.has(id))) {
      while (line.heldCount < 10) world.join('vip', 9);
      while (line.sentCount(4) < 20 && world.handOver() !== undefined);
      const inBroker = line.idsBetween(1, line.size).map((id) => line.get(id)!);
      const first = inBroker.find(({ dispatched }) => dispatched !== null)!;
      line.remove(first.id);
      begun.push(first);
    }
    expect(begun.length).toBeLessThanOrEqual(10);
  });

  test('an aged one that goes before held ones is told to them as a fair share', () => {
    const world = new World();
    world.album('patient', 1, 0);
    const vip = world.album('vip', 6, 9);
    world.serveMany(4);
    world.handOver();
    expect(world.line.place(vip[4]!)).toBe(2);
    expect(world.line.movedBackBy(vip[4]!)).toBe('fair_share');
  });
});
