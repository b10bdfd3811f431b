import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildTaskType } from './build-task-type.js';
import { checkAgainstEngine, classesOf, ignoredByEngine } from './check-against-engine.js';

const FOLDERS = ['../../../workflows', '../../../test/fixtures/workflows'].map((name) =>
  join(import.meta.dirname, name),
);
const FILES = FOLDERS.flatMap((folder) =>
  readdirSync(folder).map((name): [string, string] => [name, readFileSync(join(folder, name), 'utf8')]),
);
const WORKFLOWS = FILES.filter(([name]) => !name.endsWith('.task-type.json'));
const SIDE = new Map(FILES);

const JUNK: unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  '',
  'x'.repeat(300),
  '参数: 强度 0..1',
  'param: a..b | c step -1',
  'type: Ä; title: /; param: (((',
  [],
  ['11', 0],
  ['nobody', -1],
  [['11', 0]],
  {},
  { constructor: { prototype: 1 } },
  JSON.parse('{"__proto__": {"class_type": "LoadImage"}}'),
];

/** A generator of numbers from 0 to 1 that gives the same row for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Puts junk somewhere into a value. */
function spoil(value: unknown, roll: () => number): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)]!;
  if (typeof value !== 'object' || value === null || roll() < 0.15) return structuredClone(pick(JUNK));
  const key = pick(Object.keys(value));
  if (key === undefined) return pick(JUNK);
  const copy = structuredClone(value) as Record<string, unknown>;
  if (roll() < 0.2) delete copy[key];
  else copy[key] = spoil(copy[key], roll);
  return copy;
}

/** What is wrong with how a file and its side file were taken; `isType` where they gave a task type. */
function judge(
  file: string,
  content: unknown,
  side: unknown,
  roll: () => number,
): { isType: boolean; faults: unknown[] } {
  const sideFile = side === undefined ? undefined : { file: 'side.json', content: side };
  const { taskType, problems } = buildTaskType({ file, content }, sideFile);
  if (taskType === null) {
    const mute = problems.filter(({ message }) => message.length < 5);
    return { isType: false, faults: problems.length === 0 ? ['no problem, and no type'] : mute };
  }
  const faults: unknown[] = [...problems];
  const graph = taskType.fill({ parameters: {}, imageName: 'a.png', outputPrefix: 'p/1' });
  if (graph[taskType.inputNodeId]?.inputs['image'] !== 'a.png') faults.push('the photo is nowhere');
  const resolved = taskType.resolveParameters(taskType.defaults);
  if (!resolved.ok || resolved.snapped.length > 0) faults.push(resolved);
  const engine = new Map(classesOf(taskType).map((name) => [name, spoil({ input: { required: {} } }, roll)]));
  for (const check of [checkAgainstEngine, ignoredByEngine]) {
    faults.push(...check(taskType, engine).filter(({ message }) => message.length < 5));
  }
  return { isType: true, faults };
}

describe('whatever is in a file', () => {
  const seed = Math.floor(Math.random() * 2 ** 31);

  it(`gives a task type that works or problems that say something, and never throws (seed ${seed})`, () => {
    const roll = dice(seed);
    const counts = { types: 0, refused: 0 };
    for (let round = 0; round < 2000; round += 1) {
      const [file, text] = WORKFLOWS[round % WORKFLOWS.length]!;
      const sideText = SIDE.get(file.replace(/\.json$/, '.task-type.json'));
      let content: unknown = JSON.parse(text);
      let side: unknown = sideText === undefined ? undefined : JSON.parse(sideText);
      for (let left = 1 + Math.floor(roll() * 3); left > 0; left -= 1) {
        if (side !== undefined && roll() < 0.3) side = spoil(side, roll);
        else content = spoil(content, roll);
      }
      const { isType, faults } = judge(file, content, side, roll);
      counts[isType ? 'types' : 'refused'] += 1;
      expect(faults, `seed ${seed}, round ${round}: ${JSON.stringify({ content, side })}`).toEqual([]);
    }
    expect(Math.min(counts.types, counts.refused), `seed ${seed}`).toBeGreaterThan(50);
  });
});
