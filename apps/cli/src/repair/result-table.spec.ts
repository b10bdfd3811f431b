import type { EngineRef, TaskView } from '@app/contracts';
import { expect, it } from 'vitest';
import type { PhotoOutcome } from './repair-photo.js';
import { engineLines, failureLines, layOut, outcomeCells } from './result-table.js';

function outcome(engine: EngineRef | null): PhotoOutcome {
  const times = {
    created_at: '2026-01-01T00:00:00.000Z',
    started_at: '2026-01-01T00:00:01.500Z',
    finished_at: '2026-01-01T00:00:04.000Z',
  };
  const task = { engine, ...times } as TaskView;
  return {
    photo: '/x/奶奶.jpg',
    type: 'person',
    task,
    saved: `${process.cwd()}/out/奶奶_restored.png`,
    problem: undefined,
  };
}

it('tells how long a photo waited and ran, and who coloured it', () => {
  const cells = outcomeCells(outcome({ name: 'built-in', version: '0.1.0', colouring: 'preview' }));
  expect(cells).toEqual([
    '奶奶.jpg',
    'person',
    '1.5 s',
    '2.5 s',
    'built-in 0.1.0 (preview)',
    'out/奶奶_restored.png',
  ]);
});

it('never lets the preview pass for DDColor', () => {
  const preview = engineLines([outcome({ name: 'built-in', version: '1', colouring: 'preview' })]);
  expect(preview).toHaveLength(1);
  expect(preview[0]).toContain('not DDColor');
  expect(engineLines([outcome({ name: 'comfyui', version: '1' })]).join()).not.toContain('not DDColor');
  expect(engineLines([outcome(null)])).toEqual([]);
});

it('lays columns out by their width on the screen', () => {
  expect(layOut(['photo', 'type'], [['奶奶.jpg', 'person']])).toEqual([
    'photo     type',
    '--------  ------',
    '奶奶.jpg  person',
  ]);
});

it('says in full why a photo failed', () => {
  const failed = {
    ...outcome(null),
    saved: undefined,
    problem: 'The disk of the engine is full. '.repeat(5),
  };
  expect(outcomeCells(failed).at(-1)).toBe('failed');
  expect(failureLines([outcome(null), failed])).toEqual([`奶奶.jpg failed: ${failed.problem}`]);
});
