import cliProgress, { type SingleBar } from 'cli-progress';
import { basename } from 'node:path';
import { describeOutcome, describeStep, percentOf, type PhotoProgress } from './photo-progress.js';
import { fitTo } from './text-width.js';
import type { PhotoOutcome, PhotoStep } from './repair-photo.js';

const NAME_WIDTH = 28;

/** Progress on a terminal: one bar per photo that is on its way, and one for all of them. */
export class ProgressBars implements PhotoProgress {
  private readonly multi = new cliProgress.MultiBar(
    {
      format: '{name} [{bar}] {words}',
      barsize: 20,
      clearOnComplete: false,
      hideCursor: true,
      autopadding: false,
    },
    cliProgress.Presets.legacy,
  );
  private readonly all: SingleBar;
  private readonly bars = new Map<number, SingleBar>();
  private finished = 0;

  /** `maxBars`: photos beyond that wait for a bar until others are done (a terminal has only so many rows). */
  constructor(
    private readonly photos: readonly string[],
    private readonly maxBars: number,
  ) {
    this.all = this.multi.create(photos.length, 0, {
      name: fitTo('all photos', NAME_WIDTH),
      words: `0 of ${photos.length}`,
    });
  }

  step(index: number, step: PhotoStep): void {
    this.bar(index)?.update(percentOf(step), { words: describeStep(step) });
  }

  done(index: number, outcome: PhotoOutcome): void {
    this.finished += 1;
    const bar = this.bars.get(index);
    bar?.update(100, { words: describeOutcome(outcome) });
    if (bar && this.photos.length > this.maxBars) {
      this.multi.remove(bar);
      this.bars.delete(index);
    }
    this.all.update(this.finished, { words: `${this.finished} of ${this.photos.length}` });
  }

  close(): void {
    this.multi.stop();
  }

  private bar(index: number): SingleBar | undefined {
    const present = this.bars.get(index);
    if (present || this.bars.size >= this.maxBars) return present;
    const name = fitTo(basename(this.photos[index] ?? ''), NAME_WIDTH);
    const bar = this.multi.create(100, 0, { name, words: '' });
    this.bars.set(index, bar);
    return bar;
  }
}
