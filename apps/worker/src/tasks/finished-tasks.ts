import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import { artifactRefSchema, engineRefSchema, type ArtifactRef, type EngineRef } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
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
 *
 * A picture is named after its content and the first note stays, so what was told about a result stays true even when
 * two workers had the task (one lost its connection and did not notice).
 */
@Injectable()
export class FinishedTasks {
  constructor(private readonly artifacts: ArtifactStore) {}

  /** Undefined also where the picture that the note names is gone: the task has to be run again then. */
  async find(taskId: string): Promise<FinishedTask | undefined> {
    const finished = await this.readNote(taskId);
    return finished && (await this.artifacts.exists(finished.result.key)) ? finished : undefined;
  }

  /** Gives what was saved first for this task, which may be another worker's; this picture is not kept then. */
  async save(
    taskId: string,
    picture: { data: Buffer; width: number; height: number },
    engine: EngineRef,
  ): Promise<FinishedTask> {
    const sha256 = createHash('sha256').update(picture.data).digest('hex');
    const key = `results/${taskId}.${sha256.slice(0, 16)}.png`;
    const stored = await this.artifacts.put(key, picture.data, 'image/png');
    const earlier = await this.find(taskId);
    if (earlier) {
      if (earlier.result.key !== key) await this.artifacts.delete(key);
      return earlier;
    }
    const { width, height } = picture;
    const finished = { result: { key, mediaType: 'image/png' as const, width, height, ...stored }, engine };
    return (await this.keep(taskId, finished)) ? finished : await this.save(taskId, picture, engine);
  }

  /** False where another worker's note is there: it has been written since we looked. */
  private async keep(taskId: string, finished: FinishedTask): Promise<boolean> {
    const key = noteKey(taskId);
    const note = Buffer.from(JSON.stringify(finished));
    if (await this.artifacts.putIfAbsent(key, note, 'application/json')) return true;
    if ((await this.find(taskId)) !== undefined) return false;
    // Its picture is gone: it says nothing any more.
    await this.artifacts.put(key, note, 'application/json');
    return true;
  }

  private async readNote(taskId: string): Promise<FinishedTask | undefined> {
    try {
      const note = await this.artifacts.read(noteKey(taskId));
      return finishedSchema.parse(JSON.parse(note.toString('utf8')));
    } catch (error) {
      if (error instanceof ArtifactNotFound) return undefined;
      throw error;
    }
  }
}

function noteKey(taskId: string): string {
  return `results/${taskId}.json`;
}
