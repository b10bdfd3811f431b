import { TaskFailure, type EngineFile } from '@app/contracts';
import { cancelPrompt } from './cancel-prompt.js';
import type { ComfyClient } from './comfy-client.js';
import { filesOf } from './engine-files.js';
import { eraseFiles } from './erase-files.js';
import { UPLOAD_FOLDER } from './upload-folder.js';

/** What a task may have left in an engine. */
export interface LeftInEngine {
  /** The name that the photo was uploaded under (`ComfyClient.upload`). */
  uploadName: string;
  /** The `filename_prefix` of the SaveImage nodes, `subfolder/name`. */
  outputPrefix: string;
  /** How many runs there have been at most; each saves one file more. */
  runs: number;
  promptIds: readonly string[];
  /** Files whose names do not follow from the above. */
  files: readonly EngineFile[];
}

/** How long a prompt that still runs may take to end. */
const CANCEL_MS = 3_000;

/** Far more than anybody uploads or saves for one task; a limit, because an engine could answer anything. */
const MOST_OF_A_KIND = 200;

/**
 * Erases all of it: cancels what still runs (it would save more), overwrites the upload and whatever the engine had
 * renamed it to, the saved files and those that the history names, then deletes the prompts from the history.
 *
 * It cannot reach what a real ComfyUI holds in its memory: results of nodes stay cached there until others push them
 * out. The built-in engine forgets them. Rejects with a `TaskFailure` where something could not be erased (no answer,
 * a prompt that does not end): call it again then.
 */
export async function eraseLeft(
  client: ComfyClient,
  left: LeftInEngine,
  signal?: AbortSignal,
): Promise<void> {
  const named: EngineFile[] = [...left.files];
  for (const promptId of left.promptIds) named.push(...(await filesOfPrompt(client, promptId, signal)));
  await eraseFiles(client, unique(named), signal);
  await eraseSeries(client, (n) => uploadOf(left, n), 1, signal);
  await eraseSeries(client, (n) => savedFile(left.outputPrefix, n), left.runs, signal);
  if (left.promptIds.length > 0) await client.forgetPrompts([...left.promptIds], signal);
}

/** The file that SaveImage makes of a prefix as the n-th, counted from 1 (ComfyUI v0.27.1). */
export function savedFile(prefix: string, n: number): EngineFile {
  const slash = prefix.lastIndexOf('/');
  const name = `${prefix.slice(slash + 1)}_${String(n).padStart(5, '0')}_.png`;
  return { name, subfolder: prefix.slice(0, Math.max(0, slash)), type: 'output' };
}

/** The upload as it was named (1), or as the engine renamed it because that name was taken: `a (1).png` and so on. */
function uploadOf({ uploadName }: LeftInEngine, n: number): EngineFile {
  const dot = uploadName.lastIndexOf('.');
  const [stem, extension] = dot < 1 ? [uploadName, ''] : [uploadName.slice(0, dot), uploadName.slice(dot)];
  const name = n === 1 ? uploadName : `${stem} (${n - 1})${extension}`;
  return { name, subfolder: UPLOAD_FOLDER, type: 'input' };
}

async function filesOfPrompt(
  client: ComfyClient,
  promptId: string,
  signal?: AbortSignal,
): Promise<EngineFile[]> {
  const outcome = await cancelPrompt(client, promptId, CANCEL_MS);
  signal?.throwIfAborted();
  if (outcome.state === 'unreachable') {
    throw new TaskFailure('engine_unreachable', 'The engine does not say whether the prompt still runs');
  }
  if (outcome.state === 'still_running') {
    throw new TaskFailure('timed_out', 'The prompt was told to stop and has not stopped yet');
  }
  const entry = outcome.state === 'finished' ? outcome.entry : await client.history(promptId, signal);
  return entry ? filesOf(entry) : [];
}

/** Engines count on from what they have, so the first name that is absent ends a series, but not before the `least`-th. */
async function eraseSeries(
  client: ComfyClient,
  fileOf: (n: number) => EngineFile,
  least: number,
  signal?: AbortSignal,
): Promise<void> {
  for (let n = 1; n <= MOST_OF_A_KIND; n++) {
    const erased = await eraseFiles(client, [fileOf(n)], signal);
    if (erased === 0 && n >= least) return;
  }
}

function unique(files: EngineFile[]): EngineFile[] {
  return [
    ...new Map(files.map((file) => [JSON.stringify([file.type, file.subfolder, file.name]), file])).values(),
  ];
}
