import { runPrompt, type ComfyClient, type ComfyGraph } from '@app/comfyui';
import type { EngineNodes, TaskType } from '@app/workflow-catalog';
import { v4 as uuidv4 } from 'uuid';
import { modelOf, smallestPrompt } from './smallest-prompt.js';

/** What became of a warm-up. */
export interface WarmUp {
  /** The last prompt that ended well; the engine knows it until it is restarted. */
  promptId: string | null;
  taskType: string | null;
  /** What went wrong, as a phrase; null where all models are loaded, or it gave way. */
  problem: string | null;
}

const LIMIT_MS = 120_000;
const CANCEL_MS = 3_000;
/** The engine keeps one picture of this name at most: each warm-up overwrites it. */
const UPLOAD = { name: 'warm-up.png', subfolder: 'photo-repair', type: 'input' as const };

/** 64 x 64 pixels of middle grey. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PMQ0AAAwDoEqv9ErYvQQckD4XAQEBAQEBAQEBAQEB' +
    'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAYHLAB8+AWnmfUycAAAAAElFTkSuQmCC',
  'base64',
);

/**
 * Has an idle engine load each model of these task types, by the smallest prompt that needs it, so that the first task
 * does not pay for it. Gives way to prompts of others, and ends after 2 minutes. Never rejects, but for the signal.
 */
export async function warmUp(
  client: ComfyClient,
  types: readonly TaskType[],
  nodes: EngineNodes,
  signal: AbortSignal,
): Promise<WarmUp> {
  const deadline = Date.now() + LIMIT_MS;
  let done: WarmUp = { promptId: null, taskType: null, problem: null };
  try {
    for (const type of oneOfEachModel(types)) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) return { ...done, problem: 'its warm-up took too long' };
      if ((await client.queueRemaining(signal)) > 0) return done;
      const graph = smallestPrompt(type, `${UPLOAD.subfolder}/${UPLOAD.name}`, nodes);
      const promptId = await runOnce(client, graph, type.outputNodeId, leftMs, signal);
      done = { promptId, taskType: type.view.type, problem: null };
    }
    return done;
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message.slice(0, 200) : String(error);
    return { ...done, problem: `its warm-up failed (${why})` };
  }
}

/** For each model the type with the least work. */
function oneOfEachModel(types: readonly TaskType[]): TaskType[] {
  const byModel = new Map<string, TaskType>();
  for (const type of [...types].sort((a, b) => smallestSize(b) - smallestSize(a))) {
    const model = modelOf(type);
    if (model !== null) byModel.set(model, type);
  }
  return [...byModel.values()];
}

/** Of no unit; larger where the smallest prompt is more work. */
function smallestSize({ view }: TaskType): number {
  return view.parameters.reduce((sum, spec) => sum + ('minimum' in spec ? spec.minimum : 0), 0);
}

async function runOnce(
  client: ComfyClient,
  graph: ComfyGraph,
  outputNodeId: string,
  leftMs: number,
  signal: AbortSignal,
) {
  await client.overwrite(UPLOAD, PICTURE, signal);
  const promptId = uuidv4();
  const limits = { queuedMs: leftMs, runMs: leftMs, silentMs: leftMs, cancelMs: CANCEL_MS };
  await runPrompt(client, { graph, promptId, outputNodeId, signal, limits });
  return promptId;
}
