import type { HistoryResponse, QueueResponse } from '@app/comfyui';
import { Router, type Request } from 'express';
import type { EngineParts } from '../engine-parts.js';
import { integerParameter, jsonBody, jsonObject, readBody, texts } from './requests.js';

/** The queue, the history, /interrupt and /free. */
export function queueRoutes({ queue, history, runner }: EngineParts): Router {
  const router = Router();

  router.get('/queue', (_request, response) => {
    const running = queue.current;
    const body: QueueResponse = {
      queue_running: running ? [running] : [],
      queue_pending: [...queue.waiting],
    };
    response.json(body);
  });

  router.post('/queue', readBody, (request, response) => {
    const body = jsonObject(request);
    if (body['clear']) queue.clear();
    for (const id of texts(body['delete'])) queue.remove(id);
    response.end();
  });

  router.get('/history', (request, response) => {
    response.json(history.page(integerParameter(request, 'max_items'), integerParameter(request, 'offset')));
  });

  router.get('/history/:id', (request, response) => {
    const entry = history.get(request.params.id);
    const body: HistoryResponse = entry ? { [entry.prompt[1]]: entry } : {};
    response.json(body);
  });

  router.post('/history', readBody, (request, response) => {
    const body = jsonObject(request);
    if (body['clear']) history.clear();
    for (const id of texts(body['delete'])) history.delete(id);
    response.end();
  });

  router.post('/interrupt', readBody, (request, response) => {
    const promptId = interruptTarget(request);
    runner.interrupt(promptId);
    response.end();
  });

  router.post('/free', readBody, (request, response) => {
    const body = jsonObject(request);
    runner.free({ free_memory: body['free_memory'] === true, unload_models: body['unload_models'] === true });
    response.end();
  });

  return router;
}

/** The prompt that is meant; undefined means whatever runs. A body that is no JSON counts as none. */
function interruptTarget(request: Request): string | undefined {
  let body: unknown;
  try {
    body = jsonBody(request);
  } catch {
    return undefined;
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new TypeError('not a JSON object');
  const promptId = (body as { prompt_id?: unknown }).prompt_id;
  if (!promptId) return undefined;
  // An id that is no text names no prompt, so nothing is interrupted.
  return typeof promptId === 'string' ? promptId : '';
}
