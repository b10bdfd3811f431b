import { expect, test } from 'vitest';
import { mulberry32 } from '../estimates/fixed-draws.js';
import { brokerClass } from './broker-class.js';
import type { LineEntry } from './line-entry.js';
import { Line } from './line.js';
import type { MoveCause } from './place-reasons.js';

const classOf = (entry: LineEntry) => entry.sentClass ?? brokerClass(entry.level);

function inOrder(a: LineEntry, b: LineEntry): number {
  if (classOf(a) !== classOf(b)) return classOf(b) - classOf(a);
  if (a.dispatched === null && b.dispatched === null && a.level !== b.level) return b.level - a.level;
  if (a.dispatched === null && b.dispatched === null) return a.turn - b.turn || (a.id < b.id ? -1 : 1);
  if (a.dispatched === null) return 1;
  if (b.dispatched === null) return -1;
  return a.dispatched - b.dispatched || (a.id < b.id ? -1 : 1);
}

type Happening =
  | { what: 'handed over'; level: number; sentClass: number; held: LineEntry[]; sent: LineEntry[] }
  | { what: 'class lost one'; sentClass: number }
  | { what: 'level emptied'; level: number };

/** The rules told the long way: a sorted array, and the history read backwards. */
class SlowLine {
  entries: LineEntry[] = [];
  private readonly history: Happening[] = [];

  put(entry: LineEntry): void {
    const old = this.entries.find(({ id }) => id === entry.id);
    if (old && inOrder(old, { ...entry, id: `${entry.id}~` }) < 0 && inOrder({ ...entry, id: '' }, old) < 0)
      return;
    const held = this.held;
    if (old) this.remove(old.id);
    if (old?.dispatched === null && entry.dispatched !== null) {
      const { level } = old;
      this.history.push({ what: 'handed over', level, sentClass: classOf(entry), held, sent: this.sent });
    }
    this.entries = [...this.entries, entry].sort(inOrder);
  }

  remove(id: string): void {
    const old = this.entries.find((entry) => entry.id === id)!;
    this.entries = this.entries.filter((entry) => entry !== old);
    if (old.dispatched !== null) this.history.push({ what: 'class lost one', sentClass: classOf(old) });
    else if (this.held.every(({ level }) => level !== old.level))
      this.history.push({ what: 'level emptied', level: old.level });
  }

  get held(): LineEntry[] {
    return this.entries.filter(({ dispatched }) => dispatched === null);
  }

  get sent(): LineEntry[] {
    return this.entries.filter(({ dispatched }) => dispatched !== null);
  }

  nextHeld(): { id: string; brokerClass: number } | undefined {
    const levels = [...new Set(this.held.map(({ level }) => level))].sort((a, b) => b - a);
    const top = levels[0];
    if (top === undefined) return undefined;
    const target = brokerClass(top);
    for (let below = 0; below < target; below += 1) if (this.passesOfClass(below) >= 4) return undefined;
    const passed = levels.slice(1).map((level) => ({ level, passes: this.passesOfLevel(level) }));
    const most = Math.max(...passed.map(({ passes }) => passes));
    const aged = passed.find(({ passes }) => passes === most && passes >= 4);
    const level = this.inARow() >= 4 && aged ? aged.level : top;
    return { id: this.held.find((entry) => entry.level === level)!.id, brokerClass: target };
  }

  private inARow(): number {
    const handovers = this.history.filter((each) => each.what === 'handed over');
    const other = handovers.findLastIndex(
      ({ level, held }) =>
        held.some((each) => each.level > level) || held.every((each) => each.level >= level),
    );
    return handovers.length - 1 - other;
  }

  private passesOfLevel(level: number): number {
    const since = this.history.findLastIndex(
      (each) => each.what !== 'class lost one' && each.level === level,
    );
    return this.history
      .slice(since + 1)
      .filter(
        (each) =>
          each.what === 'handed over' && each.level > level && each.held.some((e) => e.level === level),
      ).length;
  }

  private passesOfClass(sentClass: number): number {
    const since = this.history.findLastIndex(
      (each) => each.what === 'class lost one' && each.sentClass === sentClass,
    );
    return this.history
      .slice(since + 1)
      .filter(
        (each) =>
          each.what === 'handed over' &&
          each.sentClass > sentClass &&
          each.sent.some((e) => classOf(e) === sentClass),
      ).length;
  }
}

test.each([11, 12, 13, 14, 15, 16, 17, 18])(
  'agrees with the long way at every step, and says why a place rose, seed %i',
  (seed) => {
    const random = mulberry32(seed);
    const whole = (below: number) => Math.floor(random() * below);
    const pick = <T>(choices: readonly T[]): T | undefined => choices[whole(choices.length)];
    const line = new Line();
    const slow = new SlowLine();
    const gone: LineEntry[] = [];
    let order = 1e15;
    let ids = 0;
    /** The entry that was put last, and as what it stood in the line before. */
    let latest: { entry: LineEntry; old: LineEntry | undefined } | undefined;

    const put = (entry: LineEntry) => {
      latest = { entry, old: line.get(entry.id) };
      line.put(entry);
      slow.put(entry);
    };
    const remove = (entry: LineEntry | undefined) => {
      latest = undefined;
      if (entry === undefined) return;
      expect(line.remove(entry.id)).toBe(true);
      slow.remove(entry.id);
      gone.push(entry);
    };
    const newcomer = () => {
      const owner = `owner ${whole(whole(10) === 0 ? 1_000 : 5)}`;
      const level = [0, 0, 0, 3, 4, 9][whole(6)]!;
      const own = slow.held.filter((each) => each.owner === owner && each.level === level);
      const turn = line.join(owner, level);
      expect(turn).toBeGreaterThanOrEqual(Math.max(0, ...own.map((each) => each.turn + 1)));
      if (whole(10) === 0) return line.abandon(owner, level, turn);
      const id = `task ${String((ids += 1)).padStart(6, '0')}`;
      put({ id, owner, level, turn, dispatched: null, sentClass: null, queuedAt: seed * 1e9 + ids });
    };
    const handOver = () => {
      const next = slow.nextHeld();
      if (next === undefined || line.sentCount(next.brokerClass) >= 6) return;
      const old = line.get(next.id)!;
      const entry = { ...old, dispatched: (order += 1), sentClass: next.brokerClass };
      expect(line.handOver(next.id, order)).toEqual(entry);
      slow.put(entry);
      latest = { entry, old };
    };
    const elsewhere = () => {
      const entry = pick(slow.held);
      if (entry) put({ ...entry, dispatched: (order += 1), sentClass: brokerClass(entry.level) });
    };
    const comeBack = () => {
      const entry = gone.splice(whole(gone.length), 1)[0];
      if (entry) put(whole(2) === 0 && entry.dispatched ? { ...entry, dispatched: (order += 1) } : entry);
    };
    const giveBack = () => {
      const entry = pick(slow.sent);
      if (entry) put({ ...entry, dispatched: null, sentClass: null });
    };
    const sayAgain = () => {
      const entry = pick(slow.entries);
      if (entry) put({ ...entry });
    };
    const begin = () => remove(slow.sent[0]);
    const cancel = () => remove(pick(slow.entries));
    const steps = [newcomer, newcomer, newcomer, newcomer, handOver, handOver, handOver, begin, begin];
    const rareSteps = [cancel, cancel, cancel, elsewhere, comeBack, giveBack, sayAgain];

    for (let step = 0; step < 1_500; step += 1) {
      const before = new Map(slow.entries.map(({ id }, index) => [id, index + 1]));
      const revision = line.revision;
      latest = undefined;
      (whole(4) === 0 ? pick(rareSteps)! : pick(steps)!)();

      const { entries } = slow;
      const all = entries.map(({ id }) => id);
      expect(all.map((id) => line.place(id))).toEqual(all.map((_, index) => index + 1));
      expect(line.idsBetween(1, line.size)).toEqual(all);
      const place = whole(entries.length + 2);
      expect(line.at(place)).toEqual(entries[place - 1]);
      expect(line.get(all[place] ?? 'nobody')).toEqual(entries[place]);
      expect(line.size).toBe(all.length);
      expect(line.sentIds().sort()).toEqual(slow.sent.map(({ id }) => id).sort());
      expect(line.heldCount).toBe(slow.held.length);
      expect(line.owners).toBe(new Set(entries.map(({ owner }) => owner)).size);
      expect(line.waitingOf('owner 0')).toBe(entries.filter(({ owner }) => owner === 'owner 0').length);
      expect([0, 1, 2, 3, 4].map((each) => line.sentCount(each))).toEqual(
        [0, 1, 2, 3, 4].map((each) => slow.sent.filter((entry) => classOf(entry) >= each).length),
      );
      const next = line.nextHeld();
      expect(next && { id: next.entry.id, brokerClass: next.brokerClass }).toEqual(slow.nextHeld());
      expect(all.map((id) => line.movedBackBy(id, revision))).toEqual(
        entries.map((entry, index) => {
          const rose = index + 1 > (before.get(entry.id) ?? Infinity);
          return rose ? causeOf(latest!, entry) : null;
        }),
      );
    }
    expect(ids).toBeGreaterThan(300);
  },
);

function causeOf(
  { entry, old }: { entry: LineEntry; old: LineEntry | undefined },
  seenBy: LineEntry,
): MoveCause {
  if (old ? old.dispatched !== null : entry.dispatched !== null) return 'returned';
  return entry.level > seenBy.level ? 'priority' : 'fair_share';
}

test('a loaded line is the same as one that was put together, in whatever order', () => {
  const random = mulberry32(21);
  const entries = Array.from({ length: 3_000 }, (_, index): LineEntry => {
    const sent = random() < 0.02;
    const level = Math.floor(random() * 10);
    const dispatched = sent ? 1e15 + index : null;
    const sentClass = sent ? brokerClass(level) : null;
    const turn = Math.floor(random() * 50) + random();
    return { id: `t${index}`, owner: `o${index % 70}`, level, turn, dispatched, sentClass, queuedAt: index };
  });
  const loaded = Line.load(entries);
  const put = new Line();
  for (const entry of entries) put.put(entry);
  expect(loaded.idsBetween(1, 3_000)).toEqual([...entries].sort(inOrder).map(({ id }) => id));
  expect(put.idsBetween(1, 3_000)).toEqual(loaded.idsBetween(1, 3_000));
  expect(loaded.movedBackBy(loaded.at(3_000)!.id)).toBeNull();
  for (let left = 3_000; left > 0; left -= 1) {
    expect(loaded.owners).toBe(put.owners);
    const id = put.nextHeld()?.entry.id ?? put.at(1)!.id;
    expect([put.handOver(id, 2e15), put.remove(id)]).toEqual([loaded.handOver(id, 2e15), loaded.remove(id)]);
  }
  expect([loaded.size, loaded.owners, loaded.heldCount, loaded.sentCount(0)]).toEqual([0, 0, 0, 0]);
});

test('what went before somebody is forgotten only when thousands came after it', () => {
  const line = new Line();
  const entry = (id: string, level: number, turn: number) =>
    line.put({ id, owner: id, level, turn, dispatched: null, sentClass: null, queuedAt: 0 });
  entry('last', 0, 1e9);
  entry('vip', 9, 0);
  expect(line.movedBackBy('last')).toBe('priority');
  for (let turn = 0; turn < 5_000; turn += 1) entry(`n${turn}`, 0, turn);
  expect(line.movedBackBy('last')).toBe('fair_share');
  expect(line.movedBackBy('n4999')).toBeNull();
  expect(line.movedBackBy('nobody')).toBeNull();
});
