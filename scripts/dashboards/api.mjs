import { dashboard } from './dashboard.mjs';
import { lines, stat } from './panels.mjs';

const REQUESTS = 'photo_repair_http_request_seconds';
const OURS = '{job=~"photo-repair-.*"}';
const p95 = (by) =>
  `histogram_quantile(0.95, sum by (le, ${by}) (rate(${REQUESTS}_bucket{route!="other"}[$__rate_interval])))`;

/** Requests, live pages, and the programs themselves. */
export const api = () =>
  dashboard('api', 'API and live pages', {
    'At this moment': [
      stat('APIs', 'short', 'sum(up{job="photo-repair-api"})', { bad: 1, worse: 0.5 }),
      stat('Requests', 'reqps', `sum(rate(${REQUESTS}_count[5m]))`),
      stat(
        'Errors of ours',
        'percentunit',
        `(sum(rate(${REQUESTS}_count{status="5xx"}[5m])) or vector(0)) / sum(rate(${REQUESTS}_count[5m]))`,
        { bad: 0.01, worse: 0.05 },
      ),
      stat('Who watches', 'short', 'sum(photo_repair_live_subscribers)'),
      stat('Database', 's', 'max(photo_repair_database_answer_seconds)', { bad: 0.1, worse: 1 }),
      stat('Free disk', 'bytes', 'min(photo_repair_storage_free_bytes)', { bad: 20e9, worse: 5e9 }),
    ],
    Requests: [
      lines(
        'By class of answer',
        'reqps',
        {
          '{{status}}': `sum by (status) (rate(${REQUESTS}_count[$__rate_interval]))`,
        },
        { stacked: true },
      ),
      lines(
        'Slowest routes (95 %)',
        's',
        { '{{method}} {{route}}': `topk(8, ${p95('method, route')})` },
        {
          description: 'Those that take photos in last as long as the line of whoever sends.',
        },
      ),
      lines('Routes with errors of ours', 'reqps', {
        '{{method}} {{route}}': `sum by (method, route) (rate(${REQUESTS}_count{status="5xx"}[$__rate_interval]))`,
      }),
      lines(
        'Refused',
        'reqps',
        {
          '{{code}}': 'sum by (code) (rate(photo_repair_problems_total[$__rate_interval])) > 0',
        },
        { stacked: true },
      ),
    ],
    'Live pages': [
      lines(
        'Who watches',
        'short',
        {
          '{{instance}} {{transport}}': 'photo_repair_live_subscribers',
        },
        { stacked: true },
      ),
      lines(
        'Messages',
        'ops',
        {
          '{{event}}': 'sum by (event) (rate(photo_repair_live_messages_total[$__rate_interval]))',
        },
        { stacked: true },
      ),
      lines('Closed because they did not read', 'short', {
        '{{transport}}':
          'sum by (transport) (increase(photo_repair_live_slow_closed_total[$__rate_interval]))',
      }),
    ],
    Programs: [
      lines(
        'Answers late (99 %)',
        's',
        { '{{job}} {{instance}}': `nodejs_eventloop_lag_p99_seconds${OURS}` },
        {
          limit: 0.5,
        },
      ),
      lines(
        'CPU',
        'percentunit',
        {
          '{{job}} {{instance}}': `rate(process_cpu_seconds_total${OURS}[$__rate_interval])`,
        },
        { description: 'Of one core.' },
      ),
      lines('Memory', 'bytes', { '{{job}} {{instance}}': `process_resident_memory_bytes${OURS}` }),
      lines('Open files', 'short', { '{{job}} {{instance}}': `process_open_fds${OURS}` }),
      lines('Database answers in', 's', { '{{instance}}': 'photo_repair_database_answer_seconds' }),
      lines('Disk with the photos', 'bytes', {
        'free {{instance}}': 'photo_repair_storage_free_bytes',
        'all {{instance}}': 'photo_repair_storage_size_bytes',
      }),
      lines(
        'Versions',
        'short',
        { '{{app}} {{version}}': 'count by (app, version) (photo_repair_build_info)' },
        {
          description: 'Two of one program: an update is under way.',
        },
      ),
    ],
  });
