import { dashboard } from './dashboard.mjs';
import { lines, quantiles, stat, table } from './panels.mjs';

const FINISHED = 'photo_repair_tasks_finished_total';
const succeeded = (range) =>
  `sum(rate(${FINISHED}{outcome="succeeded"}[${range}])) / sum(rate(${FINISHED}{outcome=~"succeeded|failed"}[${range}]))`;
const waited = (range) =>
  `histogram_quantile(0.95, sum by (le) (rate(photo_repair_task_wait_seconds_bucket[${range}])))`;
const answered = (range) =>
  `1 - (sum(rate(photo_repair_http_request_seconds_count{status="5xx"}[${range}])) or vector(0)) / sum(rate(photo_repair_http_request_seconds_count[${range}]))`;

/** Is it well, and is it as good as it has to be? */
export const overview = () =>
  dashboard('overview', 'overview', {
    'At this moment': [
      stat('Alerts', 'none', 'count(ALERTS{alertstate="firing"}) or vector(0)', { bad: 1, worse: 2 }),
      stat('Photos that wait', 'short', 'sum(max by (type) (photo_repair_line_waiting))', {
        bad: 100,
        worse: 1000,
      }),
      stat('Photos in work', 'short', 'sum(photo_repair_worker_running_tasks)'),
      stat('Engines that answer', 'short', 'sum(photo_repair_engine_up)', { bad: 1, worse: 0.5 }),
      stat(
        'Oldest photo waits for',
        's',
        'time() - min(photo_repair_line_oldest_timestamp_seconds) or vector(0)',
        { bad: 300, worse: 600 },
      ),
      stat('Last photo finished', 's', 'time() - max(photo_repair_task_last_finished_timestamp_seconds)', {
        description: 'Seconds ago; nothing is shown until one is finished after a start of the API.',
      }),
    ],
    'Service levels (aims: 95 % succeed, 95 % begin within ten minutes, 99.5 % of requests are answered, 80 % of times told are true)':
      [
        stat('Succeed, last day', 'percentunit', succeeded('24h'), { bad: 0.97, worse: 0.95 }),
        stat('Wait, last day (95 %)', 's', waited('24h'), { bad: 300, worse: 600 }),
        stat('Requests answered, last day', 'percentunit', answered('24h'), { bad: 0.999, worse: 0.995 }),
        stat('Times told that were true', 'percentunit', 'min(photo_repair_estimate_inside_ratio)', {
          bad: 0.8,
          worse: 0.5,
        }),
        stat('Photos, last day', 'short', 'sum(increase(photo_repair_tasks_submitted_total[24h]))'),
        stat('Parked', 'short', 'max(photo_repair_parked_messages)', { bad: 1, worse: 100 }),
        lines(
          'Succeed',
          'percentunit',
          { 'of those that end': succeeded('$__rate_interval') },
          { limit: 0.95 },
        ),
        lines('Wait', 's', quantiles('photo_repair_task_wait_seconds'), { limit: 600 }),
        lines('From being sent to the result', 's', quantiles('photo_repair_task_total_seconds')),
      ],
    'In and out': [
      lines(
        'Photos in',
        'short',
        {
          '{{channel}}': 'sum by (channel) (rate(photo_repair_tasks_submitted_total[$__rate_interval])) * 60',
        },
        { description: 'A minute.', stacked: true },
      ),
      lines(
        'Photos out',
        'short',
        {
          '{{outcome}}': `sum by (outcome) (rate(${FINISHED}[$__rate_interval])) * 60`,
        },
        { description: 'A minute.', stacked: true },
      ),
      lines(
        'Where they stand',
        'short',
        {
          '{{state}}':
            'sum by (state) (max by (type, state) (photo_repair_tasks_in_state{state=~"queued|running"}))',
        },
        { stacked: true },
      ),
    ],
    Alerts: [
      table(
        'What fires',
        'ALERTS{alertstate="firing"}',
        'What each means and what to do is in docs/RUNBOOK.md, under its name.',
      ),
    ],
  });
