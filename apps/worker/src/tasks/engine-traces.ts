import { ArtifactNotFound, ArtifactStore } from '@app/artifact-store';
import { engineTraceKey, engineTraceSchema, type EngineFile, type EngineTrace } from '@app/contracts';
import { Injectable } from '@nestjs/common';

type EngineEntry = EngineTrace['engines'][number];

/** An engine forgets old prompts itself; their files have names that follow from the task. */
const MOST_PROMPTS = 20;
const MOST_FILES = 200;

/**
 * Which engines have had a task's photo, in the artifact store beside its ledger. It is there before an engine gets
 * anything, so that no copy of a photo is anywhere that nobody knows of. Rejects as the artifact store does.
 */
@Injectable()
export class EngineTraces {
  constructor(private readonly artifacts: ArtifactStore) {}

  /** Undefined where no engine has had the photo, or nobody can tell (any more): what is there cannot be understood. */
  async read(taskId: string): Promise<EngineTrace | undefined> {
    try {
      const text = (await this.artifacts.read(engineTraceKey(taskId))).toString('utf8');
      return engineTraceSchema.safeParse(parseJson(text)).data;
    } catch (error) {
      if (error instanceof ArtifactNotFound) return undefined;
      throw error;
    }
  }

  /** An engine is about to get the photo, and this prompt. */
  addPrompt(taskId: string, engine: string, promptId: string): Promise<void> {
    return this.change(taskId, engine, (entry) => ({
      ...entry,
      prompts: [...entry.prompts, promptId].slice(-MOST_PROMPTS),
    }));
  }

  /** The engine has made files whose names nobody could guess. */
  addFiles(taskId: string, engine: string, files: readonly EngineFile[]): Promise<void> {
    return this.change(taskId, engine, (entry) => ({
      ...entry,
      files: [...entry.files, ...files].slice(-MOST_FILES),
    }));
  }

  private async change(
    taskId: string,
    engine: string,
    change: (entry: EngineEntry) => EngineEntry,
  ): Promise<void> {
    const engines = (await this.read(taskId))?.engines ?? [];
    const entry = engines.find((each) => each.engine === engine) ?? { engine, prompts: [], files: [] };
    const trace: EngineTrace = {
      version: 1,
      engines: [...engines.filter((each) => each.engine !== engine), change(entry)],
    };
    const body = Buffer.from(JSON.stringify(trace));
    await this.artifacts.put(engineTraceKey(taskId), body, 'application/json');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
