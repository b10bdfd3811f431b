import type { TaskProgress } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** The latest progress of running tasks, in memory: it is worth nothing after a restart. */
@Injectable()
export class LiveProgress {
  private readonly latest = new LRUCache<string, TaskProgress>({ max: 10_000 });

  set(taskId: string, progress: TaskProgress): void {
    this.latest.set(taskId, progress);
  }

  of(taskId: string): TaskProgress | null {
    return this.latest.get(taskId) ?? null;
  }

  forget(taskId: string): void {
    this.latest.delete(taskId);
  }
}
