import type { TaskProgress } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/**
 * The latest progress of running tasks, in memory: it is worth nothing after a restart. It is kept by run,
 * because it travels beside the stored events and may overtake the start of its own run.
 */
@Injectable()
export class LiveProgress {
  private readonly latest = new LRUCache<string, { run: number; progress: TaskProgress }>({
    max: 10_000,
  });

  set(taskId: string, run: number, progress: TaskProgress): void {
    this.latest.set(taskId, { run, progress });
  }

  /** Null when nothing was told of this run. */
  of(taskId: string, run: number): TaskProgress | null {
    const known = this.latest.get(taskId);
    return known?.run === run ? known.progress : null;
  }
}
