import { Injectable } from '@nestjs/common';
import type { FinishedTask } from './finished-tasks.store.js';
import type { StoredChange } from '../tasks/stored-change.js';
import { SlotGaps } from './slot-gaps.js';
import { TypeRecord } from './type-record.js';

/** What was measured of each type, from the steps of tasks as they are stored. */
@Injectable()
export class TypeRecords {
  private readonly records = new Map<string, TypeRecord>();
  private readonly gaps = new SlotGaps();
  private changes = 0;

  of(type: string): TypeRecord {
    const record = this.records.get(type) ?? new TypeRecord();
    this.records.set(type, record);
    return record;
  }

  /** Rises with everything that is measured. */
  get version(): number {
    return this.changes;
  }

  /** One that ended before this process started. */
  loaded(type: string, { state, started_at: from, finished_at: to }: FinishedTask): void {
    if (from === null || to === null || to <= from) return;
    this.of(type).ended(to - from, state === 'succeeded');
  }

  /** Somebody joined the line at a place; `waiting` stood there before. */
  joined(type: string, place: number, waiting: number): void {
    this.changes += 1;
    this.of(type).overtaking.joined(place, waiting);
  }

  /** A run has begun while `waiting` others stood in line. */
  started({ row, entry }: StoredChange, waiting: number): void {
    this.changes += 1;
    const record = this.of(row.type);
    // A task that comes once more has let nobody else wait longer than one that overtakes all of them.
    if (row.run > 1) record.overtaking.joined(1, waiting);
    record.overtaking.started();
    const gap = this.gaps.started(entry.actor, entry.at);
    if (gap) this.of(gap.type).followed(gap.gapMs);
  }

  /** A run has come to an end by itself; `waiting`: somebody waits for its slot. */
  ended({ row, entry }: StoredChange, waiting: boolean): void {
    if (row.started_at === null) return;
    this.changes += 1;
    this.of(row.type).ended(Math.max(0, entry.at - row.started_at), row.state === 'succeeded');
    if (waiting) this.gaps.ended(entry.actor, { at: entry.at, type: row.type });
  }
}
