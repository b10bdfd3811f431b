import { Catalog, readCatalog } from '@app/workflow-catalog';
import { register } from 'prom-client';
import { afterEach, expect, it } from 'vitest';
import type { LinesService } from '../line/lines.service.js';
import type { LiveWorkers } from '../workers/live-workers.js';
import type { OldestWaitingStore } from './oldest-waiting.store.js';
import type { StateCounts } from './state-counts.js';
import { TaskGauges } from './task-gauges.js';
import { TaskMetrics } from './task-metrics.js';

afterEach(() => register.clear());

const counts = { types: [], of: () => 0 } as unknown as StateCounts;
const lines = { of: () => ({ size: 0, heldCount: 0 }) } as unknown as LinesService;
const workers = { of: () => [], openSlots: () => 1, slots: () => 3 } as unknown as LiveWorkers;

it('counts a type from zero that came after the start, and shows its gauges', async () => {
  const types = readCatalog('workflows').catalog.types();
  const catalog = new Catalog({
    types: types.filter(({ view }) => view.type === 'person'),
    problems: [],
  });
  const instruments = [
    new TaskMetrics(counts, catalog),
    new TaskGauges(counts, lines, workers, {} as OldestWaitingStore, catalog),
  ];
  expect(instruments).toHaveLength(2);
  expect(await register.metrics()).not.toContain('upscale');
  catalog.replace({ types, problems: [] });
  const shown = await register.metrics();
  expect(shown).toContain('photo_repair_tasks_submitted_total{type="upscale",channel="http"} 0');
  expect(shown).toContain('photo_repair_tasks_finished_total{type="upscale",outcome="succeeded"} 0');
  expect(shown).toContain('photo_repair_tasks_in_state{type="upscale",state="queued"} 0');
  expect(shown).toContain('photo_repair_worker_slots{type="upscale",tap="closed"} 2');
});
