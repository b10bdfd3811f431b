import type { TaskProgress } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/**
 * The latest progress of running tasks, in memory: it is worth nothing after a restart. It is kept by attempt,
 * because it travels beside the stored events and may overtake the start of its own attempt.
 */
@Injectable()
export class LiveProgress {
  private readonly latest = new LRUCache<string, { attempt: number; progress: TaskProgress }>({
    max: 10_000,
  });

  set(taskId: string, attempt: number, progress: TaskProgress): void {
    this.latest.set(taskId, { attempt, progress });
  }

  /** Null when nothing was told of this attempt. */
  of(taskId: string, attempt: number): TaskProgress | null {
    const known = this.latest.get(taskId);
    return known?.attempt === attempt ? known.progress : null;
  }
}
