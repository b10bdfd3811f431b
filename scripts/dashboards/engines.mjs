import { dashboard } from './dashboard.mjs';
import { lines, quantiles, stat } from './panels.mjs';

/** GPUs, the engines on them, and the workers that drive these. */
export const engines = () =>
  dashboard('engines', 'engines and workers', {
    'At this moment': [
      stat('Workers', 'short', 'sum(up{job="photo-repair-worker"})', { bad: 1, worse: 0.5 }),
      stat('Engines that answer', 'short', 'sum(photo_repair_engine_up)', { bad: 1, worse: 0.5 }),
      stat('Circuits open', 'short', 'sum(photo_repair_engine_circuit_state{state="open"}) or vector(0)', {
        bad: 1,
        worse: 2,
      }),
      stat(
        'Workers without room in GPU memory',
        'short',
        'sum(photo_repair_worker_gate_closed{reason="gpu_memory"})',
        {
          bad: 1,
          worse: 2,
        },
      ),
      stat('Photos in work', 'short', 'sum(photo_repair_worker_running_tasks)'),
      stat(
        'Longest has run for',
        's',
        'time() - min(photo_repair_worker_oldest_run_timestamp_seconds) or vector(0)',
        {
          bad: 300,
          worse: 600,
        },
      ),
    ],
    GPUs: [
      lines(
        'Memory that the next photo cannot have',
        'percentunit',
        {
          '{{engine}}': 'photo_repair_engine_memory_used_ratio',
        },
        { description: 'Above GPU_MEMORY_THRESHOLD none begins.', limit: 0.8 },
      ),
      lines('Memory that is free', 'bytes', { '{{engine}}': 'photo_repair_engine_memory_free_bytes' }),
      lines('All of the memory', 'bytes', { '{{engine}}': 'photo_repair_engine_memory_bytes' }),
      lines('Busy', 'percentunit', { '{{engine}}': 'photo_repair_engine_utilization_ratio' }),
    ],
    Engines: [
      lines('Answers', 'short', { '{{engine}}': 'photo_repair_engine_up' }),
      lines('Circuit open', 'short', { '{{engine}}': 'photo_repair_engine_circuit_state{state="open"}' }),
      lines('Last success was', 's', {
        '{{engine}}': 'time() - photo_repair_engine_last_success_timestamp_seconds',
      }),
      lines('Calls (95 %)', 's', {
        '{{operation}}':
          'histogram_quantile(0.95, sum by (le, operation) (rate(photo_repair_engine_request_seconds_bucket[$__rate_interval])))',
      }),
      lines(
        'Calls by answer',
        'reqps',
        {
          '{{status}}': 'sum by (status) (rate(photo_repair_engine_request_seconds_count[$__rate_interval]))',
        },
        { stacked: true },
      ),
    ],
    Workers: [
      lines(
        'Runs by outcome',
        'short',
        {
          '{{outcome}}': 'sum by (outcome) (rate(photo_repair_runs_total[$__rate_interval])) * 60',
        },
        { description: 'A minute.', stacked: true },
      ),
      lines('Run', 's', quantiles('photo_repair_run_seconds', 'type')),
      lines('In work', 'short', { '{{instance}}': 'photo_repair_worker_running_tasks' }, { stacked: true }),
      lines('Takes nothing', 'short', { '{{instance}} {{reason}}': 'photo_repair_worker_gate_closed' }),
      lines('Places to run', 'short', {
        '{{type}} {{tap}}': 'max by (type, tap) (photo_repair_worker_slots)',
      }),
    ],
  });
