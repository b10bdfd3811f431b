import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './check.js';

const FOLDER = 'out/faults';

/** What a scenario measured: kills, seconds, its seed. */
export type Figures = Readonly<Record<string, number>>;

/** Prints the verdict as one line, and writes all of it to `out/faults/<scenario>.json`. */
export function tell(scenario: string, report: Report, figures: Figures): void {
  const { lost, duplicated, tasks, violations } = report;
  const counts = { lost, duplicated, tasks, ...figures };
  const words = Object.entries(counts).map(([name, value]) => `${name}=${format(name, value)}`);
  const others = violations.length === 0 ? '' : ` VIOLATIONS=${violations.length}`;
  process.stdout.write(`faults  ${scenario}: ${words.join(' ')}${others}\n`);
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${scenario.replaceAll(/[^\w]+/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ scenario, figures, ...report }, null, 2)}\n`);
}

function format(name: string, value: number): string {
  return name.endsWith('_in') ? `${value.toFixed(1)} s` : String(value);
}
