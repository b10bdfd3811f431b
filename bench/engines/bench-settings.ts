import type { Load } from './loads.js';
import type { Pictures } from './pictures.js';

/** What every part gets. */
export interface BenchSettings {
  folder: string;
  pictures: Pictures;
  rounds: number;
  loads: readonly Load[];
  /** Gets CPU profiles of the workers. */
  profileDir: string | undefined;
}
