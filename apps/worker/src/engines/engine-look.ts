import type { ComfyClient, SystemStats } from '@app/comfyui';
import { TaskFailure, type EngineRef } from '@app/contracts';
import { engineDevice, readGpu, type EngineDevice, type GpuReading, type NvidiaCard } from '@app/gpu-monitor';

/** What an engine says of itself. */
export interface EngineLook {
  /** Prompts that run or wait there, of all its users. */
  remaining: number;
  ref: EngineRef;
  device: EngineDevice | null;
  /** Null where it has no GPU whose memory needs guarding. */
  gpu: GpuReading | null;
}

/** Small questions: an engine that has no answer to them in this time is not asked to colour a photo. */
const ANSWER_LIMIT_MS = 2_000;

/**
 * Asks an engine how it is, in two small calls.
 * @param cards what `nvidia-smi` says of the engine's machine, where it can be asked.
 */
export async function lookAt(
  client: ComfyClient,
  signal: AbortSignal,
  cards: () => Promise<readonly NvidiaCard[] | null>,
): Promise<EngineLook> {
  const limit = AbortSignal.any([AbortSignal.timeout(ANSWER_LIMIT_MS), signal]);
  const [remaining, stats, seen] = await Promise.all([
    client.queueRemaining(limit),
    client.systemStats(limit),
    cards(),
  ]);
  return { remaining, ref: refOf(stats), device: engineDevice(stats), gpu: readGpu(stats, seen) };
}

/** Why a look failed, for the operator. */
export function lookProblem(error: unknown): string {
  if (!(error instanceof TaskFailure)) return 'does not answer';
  const isWrong = error.code === 'upstream_garbage';
  return `${isWrong ? 'answers, but not as ComfyUI does' : 'does not answer'} (${error.message.slice(0, 200)})`;
}

function refOf({ system }: SystemStats): EngineRef {
  const own = system.built_in_engine;
  if (own) return { name: 'built-in', version: own.version.slice(0, 40), colouring: own.colouring };
  return { name: 'comfyui', version: system.comfyui_version.slice(0, 40) };
}
