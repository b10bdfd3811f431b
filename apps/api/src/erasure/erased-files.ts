import { ArtifactStore } from '@app/artifact-store';
import { cancelMarkKey } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import type { ErasureRow } from '../database/schema.js';
import { knownKeys, LATE_FOLDERS, staysFor, taskIdOf } from './erased-keys.js';
import { isLastRound } from './erasure-rounds.js';

/** Removes what lies in the artifact store of erased tasks. */
@Injectable()
export class ErasedFiles {
  constructor(private readonly artifacts: ArtifactStore) {}

  async remove(keys: readonly string[]): Promise<void> {
    await this.artifacts.deleteAll(keys);
  }

  /**
   * Removes everything that is there of these tasks, whatever its name: looks through whole folders, once for all.
   * The mark stays until the last round, the trace to the engines until they have answered. @returns how many files.
   */
  async removeAll(erasures: readonly ErasureRow[]): Promise<number> {
    const ids = new Set(erasures.map((erasure) => erasure.task_id));
    const keys = erasures.flatMap((erasure) => knownKeys(erasure.task_id, erasure.original_key));
    for (const folder of LATE_FOLDERS) {
      for await (const key of this.artifacts.list(folder)) {
        const id = taskIdOf(key);
        if (id !== undefined && ids.has(id) && !staysFor(id, key)) keys.push(key);
      }
    }
    const marks = erasures.filter(isLastRound).map((erasure) => cancelMarkKey(erasure.task_id));
    return this.artifacts.deleteAll([...keys, ...marks]);
  }
}
