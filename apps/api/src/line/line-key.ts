import { BROKER_CLASSES, brokerClass, LEVELS } from './broker-class.js';
import type { LineEntry } from './line-entry.js';

/** Each class has a band for the tasks that the broker has, and behind it one for each level that may be held. */
const BANDS_PER_CLASS = LEVELS + 1;

/** Where an entry stands: by band, then by rank (order of handover, or turn while held), then by id. All rise to the end. */
export interface LineKey {
  readonly band: number;
  readonly rank: number;
  readonly id: string;
}

/** The band of the tasks that the broker has in a class. They stand before all held ones of that class. */
export function sentBand(sentClass: number): number {
  return (BROKER_CLASSES - 1 - sentClass) * BANDS_PER_CLASS;
}

/** The band of the tasks of a level that are held. */
export function heldBand(level: number): number {
  return sentBand(brokerClass(level)) + LEVELS - level;
}

export function isSent(band: number): boolean {
  return band % BANDS_PER_CLASS === 0;
}

export function classOf(band: number): number {
  return BROKER_CLASSES - 1 - Math.floor(band / BANDS_PER_CLASS);
}

export function keyOf({ id, level, turn, dispatched, sentClass }: LineEntry): LineKey {
  if (dispatched === null) return { band: heldBand(level), rank: turn, id };
  return { band: sentBand(sentClass ?? brokerClass(level)), rank: dispatched, id };
}

export function isBefore(a: LineKey, b: LineKey): boolean {
  if (a.band !== b.band) return a.band < b.band;
  return a.rank === b.rank ? a.id < b.id : a.rank < b.rank;
}

export function isSameKey(a: LineKey, b: LineKey): boolean {
  return a.band === b.band && a.rank === b.rank && a.id === b.id;
}
