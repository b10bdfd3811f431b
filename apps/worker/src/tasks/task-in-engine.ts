import { savedFile, type LeftInEngine } from '@app/comfyui';
import type { EngineFile } from '@app/contracts';

const MOST_GUESSES = 100;

/** What a task's photo is called when it is uploaded. Follows from the task alone, so that it is found again. */
export function uploadNameOf(taskId: string): string {
  return `${taskId}.png`;
}

/** What a task's results are called in an engine, see `FillRequest.outputPrefix`. */
export function outputPrefixOf(taskId: string): string {
  return `photo-repair/${taskId}`;
}

/** Those files of a run that are not found again by the names above. */
export function unguessable(taskId: string, run: number, files: readonly EngineFile[]): EngineFile[] {
  const guesses = Array.from({ length: Math.min(run, MOST_GUESSES) }, (_, n) =>
    key(savedFile(outputPrefixOf(taskId), n + 1)),
  );
  return files.filter((file) => !guesses.includes(key(file)));
}

/** What may be in an engine of a task that had so many runs. */
export function leftInEngine(
  taskId: string,
  runs: number,
  known: Pick<LeftInEngine, 'promptIds' | 'files'>,
): LeftInEngine {
  return { uploadName: uploadNameOf(taskId), outputPrefix: outputPrefixOf(taskId), runs, ...known };
}

function key({ type, subfolder, name }: EngineFile): string {
  return `${type}/${subfolder}/${name}`;
}
