import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import { LRUCache } from 'lru-cache';
import type { TaskRow } from '../database/schema.js';
import { LOGGER } from '../logger.token.js';
import { Line } from './line.js';
import { EntryTable } from './entry-table.js';
import { toLineEntry } from './to-line-entry.js';
import { WaitingStore, type WaitingTask } from './waiting.store.js';

/** Tasks whose last change is kept in mind: a row that was read before that must not undo it. */
const REMEMBERED = 20_000;

/**
 * The lines of waiting tasks, one for each type, as the store has them: read once at start, then moved with every change
 * that is stored. An API instance hears of the changes of others and reads those rows.
 */
@Injectable()
export class LinesService implements OnModuleInit, OnApplicationShutdown {
  private readonly lines = new Map<string, Line>();
  /** Tasks that wait for their next attempt and stand in no line until then. */
  private readonly resting = new Map<string, NodeJS.Timeout>();
  /** What was last known of a task; another object with every change. */
  private readonly known = new LRUCache<string, { readonly seq: number }>({ max: REMEMBERED });
  private readonly reading = new Mutex();
  private readonly listeners: ((type: string) => void)[] = [];
  private differed = false;
  /** What is stored while the lines are read, by task; null for what is gone. It has the last word. */
  private meanwhile: Map<string, WaitingTask | null> | undefined;

  constructor(
    private readonly store: WaitingStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    const startedAt = performance.now();
    await this.load();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    this.logger.info({ waiting: this.waiting, seconds }, 'the line is read');
  }

  onApplicationShutdown(): void {
    for (const timer of this.resting.values()) clearTimeout(timer);
  }

  /** The line of a type; an empty one where nothing of it waits. */
  of(type: string): Line {
    const line = this.lines.get(type) ?? new Line();
    this.lines.set(type, line);
    return line;
  }

  /** The types that something waits of. */
  get types(): string[] {
    return [...this.lines.keys()].filter((type) => this.of(type).size > 0);
  }

  /** All who wait, those between two attempts included. */
  get waiting(): number {
    let sum = this.resting.size;
    for (const line of this.lines.values()) sum += line.size;
    return sum;
  }

  /** Calls back after a line has moved. */
  onMoved(listener: (type: string) => void): void {
    this.listeners.push(listener);
  }

  /** A task was stored here: it joins its line, moves in it, or leaves it. */
  stored(row: TaskRow): void {
    // Another instance may have stored the next step of it meanwhile, and its news may be faster than our own commit.
    if ((this.known.get(row.id)?.seq ?? 0) <= row.seq) this.settle(row);
  }

  /** Another instance has stored a change. */
  async hear(taskId: string, taskType: string): Promise<void> {
    for (;;) {
      const before = this.known.get(taskId);
      const row = await this.store.find(taskId);
      // It has changed while it was read, before or after that: only another look can tell.
      if (this.known.get(taskId) !== before) continue;
      return row === undefined ? this.gone(taskId, taskType) : this.settle(row);
    }
  }

  /** The task is no more. */
  gone(taskId: string, taskType: string): void {
    this.known.set(taskId, { seq: 0 });
    this.meanwhile?.set(taskId, null);
    this.wake(taskId);
    if (this.of(taskType).remove(taskId)) this.moved(taskType);
  }

  /**
   * Reads the lines anew where they do not agree with the store, twice in a row: a change of another instance was not
   * heard of. @returns whether they were.
   */
  async reconcile(): Promise<boolean> {
    const inStore = await this.store.count();
    const differed = this.differed;
    this.differed = inStore !== this.waiting;
    if (!this.differed || !differed) return false;
    await this.readAnew();
    return true;
  }

  /** Reads the lines as the store has them now. */
  async readAnew(): Promise<void> {
    await this.load();
    this.differed = false;
    for (const type of this.types) this.moved(type);
  }

  private async load(): Promise<void> {
    await this.reading.runExclusive(() => this.loadAlone());
  }

  private async loadAlone(): Promise<void> {
    const meanwhile = new Map<string, WaitingTask | null>();
    this.meanwhile = meanwhile;
    const tables = new Map<string, EntryTable>();
    const resting: WaitingTask[] = [];
    try {
      for await (const page of this.store.all()) {
        for (const task of page) {
          const table = tables.get(task.type) ?? new EntryTable();
          tables.set(task.type, table);
          if (this.rests(task)) resting.push(task);
          else table.add(toLineEntry(task));
        }
      }
    } finally {
      this.meanwhile = undefined;
    }
    for (const id of this.resting.keys()) this.wake(id);
    this.lines.clear();
    for (const [type, table] of tables) this.lines.set(type, new Line(table));
    for (const task of resting) this.rest(task);
    for (const [id, task] of meanwhile) {
      for (const line of this.lines.values()) line.remove(id);
      this.wake(id);
      if (task?.state === 'queued') this.settle(task);
    }
  }

  private settle(task: WaitingTask): void {
    this.known.set(task.id, { seq: task.seq });
    this.meanwhile?.set(task.id, task);
    this.wake(task.id);
    const line = this.of(task.type);
    if (task.state !== 'queued') line.remove(task.id);
    else if (this.rests(task)) {
      line.remove(task.id);
      this.rest(task);
    } else line.put(toLineEntry(task));
    this.moved(task.type);
  }

  private rests({ retry_at: until }: WaitingTask): boolean {
    return until !== null && until > Date.now();
  }

  private rest(task: WaitingTask): void {
    const wake = () => {
      this.resting.delete(task.id);
      this.of(task.type).put(toLineEntry(task));
      this.moved(task.type);
    };
    this.resting.set(task.id, setTimeout(wake, Math.max(0, task.retry_at! - Date.now())).unref());
  }

  private wake(taskId: string): void {
    clearTimeout(this.resting.get(taskId));
    this.resting.delete(taskId);
  }

  private moved(type: string): void {
    for (const listener of this.listeners) listener(type);
  }
}
