import type { Job, JobStatus } from '@app/comfyui';
import { Router, type Request } from 'express';
import type { EngineParts } from '../engine-parts.js';
import { finishedJob, finishedJobInFull, queuedJob } from '../prompts/job-view.js';
import { integerParameter, jsonObject, readBody } from './requests.js';

const STATUSES: readonly JobStatus[] = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Answered 400 with this text. */
class BadParameter extends Error {
  override readonly name = 'BadParameter';
}

/** The jobs API, which exists below /api only. A job is a prompt, pending, running or finished. */
export function jobRoutes({ queue, history, runner }: EngineParts): Router {
  const router = Router();

  const cancel = (id: string) => queue.remove(id) || runner.interrupt(id);

  router.get('/jobs', (request, response) => {
    try {
      const all = [
        ...queue.waiting.map((item) => queuedJob(item, 'pending')),
        ...(queue.current ? [queuedJob(queue.current, 'in_progress')] : []),
        ...history.all().map(finishedJob),
      ];
      const { matching, offset, limit } = select(all, request);
      const jobs = matching.slice(offset, limit === null ? undefined : offset + limit);
      const total = matching.length;
      response.json({ jobs, pagination: { offset, limit, total, has_more: offset + jobs.length < total } });
    } catch (error) {
      if (!(error instanceof BadParameter)) throw error;
      response.status(400).json({ error: error.message });
    }
  });

  router.get('/jobs/:id', (request, response) => {
    const { id } = request.params;
    const waiting = queue.waiting.find((item) => item[1] === id);
    const entry = history.get(id);
    if (queue.current?.[1] === id) response.json(queuedJob(queue.current, 'in_progress'));
    else if (waiting) response.json(queuedJob(waiting, 'pending'));
    else if (entry) response.json(finishedJobInFull(entry));
    else response.status(404).json({ error: 'Job not found' });
  });

  router.post('/jobs/:id/cancel', (request, response) => {
    response.json({ cancelled: cancel(request.params.id) });
  });

  router.post('/jobs/cancel', readBody, (request, response) => {
    const ids = jsonObject(request)['job_ids'];
    if (!Array.isArray(ids)) {
      response.status(400).json({ error: 'job_ids must be a list' });
      return;
    }
    const invalid: unknown[] = ids.filter((id) => typeof id !== 'string' || !UUID.test(id));
    if (invalid.length > 0) {
      response.status(400).json({ error: 'job_ids contains invalid id(s)', invalid_ids: invalid });
      return;
    }
    const results = ids.map((id) => cancel(id as string));
    response.json({ cancelled: results.includes(true) });
  });

  return router;
}

/** Filters and sorts as the query says. @throws BadParameter */
function select(all: Job[], request: Request): { matching: Job[]; offset: number; limit: number | null } {
  const query = request.query as Record<string, string | undefined>;
  const statuses = query['status']?.split(',').map((status) => status.trim());
  const unknown = statuses?.filter((status) => !(STATUSES as readonly string[]).includes(status)) ?? [];
  if (unknown.length > 0) {
    throw new BadParameter(
      `Invalid status value(s): ${unknown.join(', ')}. Valid values: ${STATUSES.join(', ')}`,
    );
  }
  const sortBy = oneOf(query['sort_by'] ?? 'created_at', 'sort_by', ['created_at', 'execution_duration']);
  const sortOrder = oneOf(query['sort_order'] ?? 'desc', 'sort_order', ['asc', 'desc']);
  const limit = positive(request, 'limit', 1);
  const offset = positive(request, 'offset', 0) ?? 0;
  const key = sortBy === 'created_at' ? (job: Job) => job.create_time : durationMs;
  const direction = sortOrder === 'asc' ? 1 : -1;
  const matching = all
    .filter((job) => statuses === undefined || statuses.includes(job.status))
    .filter((job) => query['workflow_id'] === undefined || job.workflow_id === query['workflow_id'])
    .sort((a, b) => direction * (key(a) - key(b)));
  return { matching, offset, limit: limit ?? null };
}

function durationMs(job: Job): number {
  return (job.execution_end_time ?? 0) - (job.execution_start_time ?? 0);
}

function oneOf(given: string, name: string, allowed: readonly string[]): string {
  if (allowed.includes(given)) return given;
  throw new BadParameter(`${name} must be one of: ${allowed.join(', ')}`);
}

function positive(request: Request, name: string, min: 0 | 1): number | undefined {
  const message = `${name} must be a ${min === 1 ? 'positive' : 'non-negative'} integer`;
  try {
    const value = integerParameter(request, name);
    if (value === undefined || value >= min) return value;
  } catch (error) {
    throw new BadParameter(message, { cause: error });
  }
  throw new BadParameter(message);
}
