import { ComfyClient } from '@app/comfyui';
import {
  checkAgainstEngine,
  classesOf,
  ignoredByEngine,
  type CatalogProblem,
  type TaskType,
} from '@app/workflow-catalog';
import { CliError } from '../cli-error.js';

/** What an engine says to the workflows. */
export interface EngineVerdict {
  /** What it would refuse. */
  problems: CatalogProblem[];
  /** What it would take and leave out of account. */
  ignored: CatalogProblem[];
}

/** Asks a ComfyUI about the nodes of these types. @throws CliError where it does not answer. */
export async function checkEngine(url: string, types: readonly TaskType[]): Promise<EngineVerdict> {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new CliError(`--engine is the address of a ComfyUI, like http://127.0.0.1:8188, not "${url}".`);
  }
  const client = new ComfyClient(url);
  try {
    const infos = new Map<string, unknown>();
    for (const name of new Set(types.flatMap(classesOf))) infos.set(name, await client.objectInfo(name));
    return {
      problems: types.flatMap((type) => checkAgainstEngine(type, infos)),
      ignored: types.flatMap((type) => ignoredByEngine(type, infos)),
    };
  } catch (error) {
    throw new CliError(`${url}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await client.close();
  }
}
