import { setTimeout as sleep } from 'node:timers/promises';
import { TaskFailure } from '@app/contracts';
import { ComfyCallFailure } from './call-failure.errors.js';
import type { ComfyClient } from './comfy-client.js';
import { engineVanished } from './engine-vanished.js';
import { failureFromNodeErrors } from './prompt-errors.js';
import { readPromptStatus } from './prompt-status.js';
import type { ComfyGraph } from './protocol.js';

export interface AcceptedPrompt {
  promptId: string;
  /** Frames about the prompt go to the socket with this id, and to no other. */
  clientId: string;
  /** `performance.now()` before the (last) submission. */
  submittedAtMs: number;
}

/** The engine accepted the prompt in part; it has to be cancelled, and this is why. */
export class PartlyAccepted extends Error {
  override readonly name = 'PartlyAccepted';

  constructor(
    readonly promptId: string,
    readonly reason: Error,
  ) {
    super('The engine accepted only part of the prompt', { cause: reason });
  }
}

/**
 * Submits a prompt once. When the answer is lost, the engine is asked whether it has the prompt before it is
 * sent again (at most once more), because ComfyUI runs a repeated prompt id twice. Not aborted half-way: whoever
 * aborts must know afterwards whether there is something to cancel.
 *
 * Rejects with `engine_unreachable` only where the engine certainly did not get it; where it may have,
 * with `engine_lost_prompt`.
 *
 * @param patienceMs how long the engine may be out of reach while it is asked.
 */
export async function submitPrompt(
  client: ComfyClient,
  graph: ComfyGraph,
  promptId: string,
  patienceMs: number,
): Promise<AcceptedPrompt> {
  for (let attempt = 1; ; attempt += 1) {
    const sent = { clientId: client.clientId, submittedAtMs: performance.now() };
    try {
      const answer = await client.submit(graph, promptId);
      const refused = failureFromNodeErrors(answer.node_errors);
      if (refused) throw new PartlyAccepted(answer.prompt_id, refused);
      return { promptId: answer.prompt_id, ...sent };
    } catch (error) {
      if (!(error instanceof ComfyCallFailure) || !error.call.mayHaveArrived) throw error;
      client.logger.warn(
        { promptId, err: error },
        'the answer to a submitted prompt was lost; looking for it',
      );
      if (await hasArrived(client, promptId, patienceMs)) return { promptId, ...sent };
      if (attempt === 2) throw engineVanished('when it got the prompt, twice', error);
    }
  }
}

/** Looks twice, a second apart: the lost call may still be on its way through the engine's validation. */
async function hasArrived(client: ComfyClient, promptId: string, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  let absences = 0;
  for (;;) {
    try {
      const status = await readPromptStatus(client, promptId);
      if (status.kind !== 'absent') return true;
      absences += 1;
      if (absences === 2) return false;
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      if (performance.now() >= deadline) throw engineVanished('when it got the prompt', error);
    }
    await sleep(client.pace.lookAgainMs);
  }
}
