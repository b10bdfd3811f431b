import { ArtifactNotFound, LocalArtifactStore } from '@app/artifact-store';
import { artifactRefSchema, engineRefSchema, type ArtifactRef, type EngineRef } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';

const finishedSchema = z.object({ result: artifactRefSchema, engine: engineRefSchema });

/** What a succeeded attempt leaves. */
export interface FinishedTask {
  result: ArtifactRef;
  engine: EngineRef;
}

/**
 * Results by task id. The picture is stored first, then a small note that says it is whole: a worker that gets the
 * message again (its predecessor died between storing and acking) finds the note and does not run the task twice.
 */
@Injectable()
export class FinishedTasks {
  constructor(private readonly artifacts: LocalArtifactStore) {}

  async find(taskId: string): Promise<FinishedTask | undefined> {
    try {
      const note = await this.artifacts.read(noteKey(taskId));
      return finishedSchema.parse(JSON.parse(note.toString('utf8')));
    } catch (error) {
      if (error instanceof ArtifactNotFound) return undefined;
      throw error;
    }
  }

  async save(
    taskId: string,
    picture: { data: Buffer; width: number; height: number },
    engine: EngineRef,
  ): Promise<FinishedTask> {
    const key = `results/${taskId}.png`;
    const stored = await this.artifacts.put(key, picture.data, 'image/png');
    const { width, height } = picture;
    const finished = { result: { key, mediaType: 'image/png' as const, width, height, ...stored }, engine };
    await this.artifacts.put(noteKey(taskId), Buffer.from(JSON.stringify(finished)), 'application/json');
    return finished;
  }
}

function noteKey(taskId: string): string {
  return `results/${taskId}.json`;
}
