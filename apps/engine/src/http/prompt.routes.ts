import type { ComfyGraph, PromptExtraData, PromptResponse, QueueItem } from '@app/comfyui';
import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import type { EngineParts } from '../engine-parts.js';
import { refusal, validatePrompt } from '../validation/validate-prompt.js';
import { jsonBody, readBody, texts } from './requests.js';

const CANONICAL_UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** POST and GET /prompt. */
export function promptRoutes({ queue, runner, registry, folders, traces }: EngineParts): Router {
  const router = Router();

  router.get('/prompt', (_request, response) => {
    response.json({ exec_info: { queue_remaining: queue.length } });
  });

  router.post('/prompt', readBody, async (request, response) => {
    const body = jsonBody(request);
    if (body === null || typeof body !== 'object') throw new TypeError('not a JSON object');
    const submitted = body as Record<string, unknown>;
    const number = readNumber(submitted) ?? queue.takeNumber(Boolean(submitted['front']));
    if (!('prompt' in submitted)) {
      response.status(400).json(refusal('no_prompt', 'No prompt provided', 'No prompt provided'));
      return;
    }
    const promptId = submitted['prompt_id'] ?? randomUUID();
    if (typeof promptId !== 'string' || !CANONICAL_UUID.test(promptId)) {
      const details =
        'prompt_id must be a UUID string in canonical lowercase hyphenated form; omit it to let the server generate one';
      response.status(400).json(refusal('invalid_prompt_id', 'prompt_id must be a valid UUID', details));
      return;
    }
    const graph = readObject(submitted['prompt'], 'prompt') as ComfyGraph;
    const targets = submitted['partial_execution_targets'];
    const verdict = await validatePrompt(
      graph,
      registry,
      folders,
      targets == null ? undefined : texts(targets),
    );
    if (!verdict.ok) {
      response.status(400).json(verdict.refusal);
      return;
    }
    // Only leaving it out means that there is none: null is a 500, as on a real server.
    const given = 'extra_data' in submitted ? readObject(submitted['extra_data'], 'extra_data') : {};
    const extraData: PromptExtraData = { ...given };
    if ('client_id' in submitted) extraData.client_id = submitted['client_id'] as string;
    extraData.create_time = Date.now();
    const item: QueueItem = [number, promptId, graph, extraData, verdict.outputs];
    traces.keep(item, request.headers);
    queue.add(item);
    runner.wake();
    response.json({ prompt_id: promptId, number, node_errors: verdict.nodeErrors } satisfies PromptResponse);
  });

  return router;
}

/** A priority of the client's own; texts are read. @throws TypeError if it is no number: a 500. */
function readNumber(submitted: Record<string, unknown>): number | undefined {
  if (!('number' in submitted)) return undefined;
  const given = submitted['number'];
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof number !== 'number' || Number.isNaN(number)) throw new TypeError('number is not a number');
  return number;
}

function readObject(value: unknown, name: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new TypeError(`${name} is no object`);
  return value as Record<string, unknown>;
}
