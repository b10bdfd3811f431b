import { basename } from 'node:path';
import { say } from '../terminal.js';
import { describeOutcome, describeStep, type PhotoProgress } from './photo-progress.js';
import type { PhotoOutcome, PhotoStep } from './repair-photo.js';

/** Places and percents change often; a line for each would be noise in a log. */
const NOT_SOONER_THAN_MS = 2000;

/** Progress where there is no terminal: one line per change of a photo, percents at most every two seconds. */
export class ProgressLines implements PhotoProgress {
  private readonly last = new Map<number, { text: string; at: number }>();

  constructor(
    private readonly photos: readonly string[],
    private readonly write: (line: string) => void = say,
  ) {}

  step(index: number, step: PhotoStep): void {
    const text = describeStep(step);
    const before = this.last.get(index);
    if (before?.text === text) return;
    const isSmall = before !== undefined && withoutNumbers(before.text) === withoutNumbers(text);
    if (isSmall && Date.now() - before.at < NOT_SOONER_THAN_MS) return;
    this.last.set(index, { text, at: Date.now() });
    this.write(`${this.name(index)}: ${text}`);
  }

  done(index: number, outcome: PhotoOutcome): void {
    this.write(`${this.name(index)}: ${describeOutcome(outcome)}`);
  }

  close(): void {
    this.last.clear();
  }

  private name(index: number): string {
    return basename(this.photos[index] ?? '');
  }
}

function withoutNumbers(text: string): string {
  return text.replaceAll(/\d+/g, '');
}
