import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Mutex } from 'async-mutex';
import type { PauseRow } from '../database/schema.js';
import { PausesStore } from './pauses.store.js';

/** What operators have stopped, as this process knows it: read at start, and again whenever somebody says that it changed. */
@Injectable()
export class Pauses implements OnModuleInit {
  private rows: readonly PauseRow[] = [];
  private readonly reading = new Mutex();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly store: PausesStore) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
  }

  /** All of them, the oldest first. */
  get all(): readonly PauseRow[] {
    return this.rows;
  }

  /** Nothing is taken in from outside. */
  get isIntakePaused(): boolean {
    return this.rows.some(({ scope }) => scope === 'intake');
  }

  /** Task types of which nothing begins, in the order of their names. */
  get types(): string[] {
    return this.namesOf('type');
  }

  /** Workers that take nothing, in the order of their names. */
  get workers(): string[] {
    return this.namesOf('worker');
  }

  isTypePaused(type: string): boolean {
    return this.rows.some(({ scope, name }) => scope === 'type' && name === type);
  }

  isWorkerPaused(worker: string): boolean {
    return this.rows.some(({ scope, name }) => scope === 'worker' && name === worker);
  }

  /** Reads what the database has, one look after the other: what was read first never undoes what was read later. */
  async refresh(): Promise<void> {
    await this.reading.runExclusive(async () => {
      const before = JSON.stringify(this.rows);
      this.rows = await this.store.list();
      if (JSON.stringify(this.rows) === before) return;
      for (const listener of this.listeners) listener();
    });
  }

  /** Calls back after something was stopped, goes on, or was noted. */
  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  private namesOf(scope: PauseRow['scope']): string[] {
    return this.rows.flatMap((row) => (row.scope === scope ? [row.name] : [])).toSorted();
  }
}
