import { basename, relative } from 'node:path';
import type { PhotoOutcome } from './repair-photo.js';
import { fitTo, textWidth } from './text-width.js';

const LONGEST_CELL = 60;

/** Lays out rows under a head, columns as wide as they need to be. */
export function layOut(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.min(LONGEST_CELL, Math.max(...[title, ...rows.map((row) => row[column] ?? '')].map(textWidth))),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => fitTo(cells[column] ?? '', width))
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)];
}

/** The cells that every photo has: photo, type, waited, ran, engine, result. */
export function outcomeCells(outcome: PhotoOutcome): string[] {
  const { task } = outcome;
  const result = outcome.saved === undefined ? 'failed' : relative(process.cwd(), outcome.saved);
  return [
    basename(outcome.photo),
    outcome.type,
    between(task?.created_at, task?.started_at),
    between(task?.started_at, task?.finished_at),
    engineName(outcome),
    result,
  ];
}

export const OUTCOME_HEAD = ['photo', 'type', 'waited', 'ran', 'engine', 'result'];

function between(from: string | null | undefined, to: string | null | undefined): string {
  if (!from || !to) return '-';
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`;
}

function engineName({ task }: PhotoOutcome): string {
  if (!task?.engine) return '-';
  const { name, version, colouring } = task.engine;
  return `${name} ${version}${colouring ? ` (${colouring})` : ''}`;
}

/** Why photos failed, one line each. */
export function failureLines(outcomes: readonly PhotoOutcome[]): string[] {
  return outcomes.flatMap(({ photo, problem }) =>
    problem === undefined ? [] : [`${basename(photo)} failed: ${problem}`],
  );
}

/** Who coloured these photos, said so that nobody takes the preview for DDColor. */
export function engineLines(outcomes: readonly PhotoOutcome[]): string[] {
  const engines = outcomes.flatMap(({ task }) => (task?.engine ? [task.engine] : []));
  const count = (pick: (engine: (typeof engines)[number]) => boolean) => engines.filter(pick).length;
  const preview = count(({ colouring }) => colouring === 'preview');
  const network = count(({ colouring }) => colouring === 'ddcolor-onnx');
  const comfyui = count(({ name }) => name === 'comfyui');
  return [
    preview > 0 &&
      `${preview} coloured by the built-in preview engine, which is not DDColor: its colours are a rough guess.`,
    network > 0 && `${network} coloured by the built-in engine with the DDColor network.`,
    comfyui > 0 && `${comfyui} coloured by ComfyUI with the workflow of their task type.`,
  ].filter((line) => line !== false);
}
