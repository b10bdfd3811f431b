import { dashboard } from './dashboard.mjs';
import { lines, quantiles } from './panels.mjs';

const perMinute = (by, counter) => `sum by (${by}) (rate(${counter}[$__rate_interval])) * 60`;
const MINUTE = { description: 'A minute.', stacked: true };

/** Stage by stage: what goes in, what is in hand, what comes out, and when it did last. */
export const pipeline = () =>
  dashboard('pipeline', 'pipeline', {
    'Taken in': [
      lines(
        'Photos by type',
        'short',
        { '{{type}}': perMinute('type', 'photo_repair_tasks_submitted_total') },
        MINUTE,
      ),
      lines(
        'Refused by the API',
        'short',
        { '{{code}}': `${perMinute('code', 'photo_repair_problems_total')} > 0` },
        MINUTE,
      ),
      lines(
        'Messages of other systems',
        'short',
        { '{{outcome}}': perMinute('outcome', 'photo_repair_foreign_messages_total') },
        MINUTE,
      ),
    ],
    'In line': [
      lines(
        'Waiting',
        'short',
        { '{{type}}': 'max by (type) (photo_repair_line_waiting)' },
        { stacked: true },
      ),
      lines(
        'Held back by the API',
        'short',
        { '{{type}}': 'max by (type) (photo_repair_tasks_held)' },
        {
          description: 'The API keeps the line and gives RabbitMQ only what is about to begin.',
          stacked: true,
        },
      ),
      lines('Oldest waits for', 's', {
        '{{type}}': 'time() - min by (type) (photo_repair_line_oldest_timestamp_seconds)',
      }),
      lines('From the line to RabbitMQ', 's', quantiles('photo_repair_task_dispatch_seconds')),
      lines('Not confirmed by RabbitMQ', 'short', { photos: 'max(photo_repair_outbox_pending)' }),
      lines(
        'Oldest of them waits for',
        's',
        {
          photo: 'time() - min(photo_repair_outbox_oldest_timestamp_seconds)',
        },
        { limit: 60 },
      ),
    ],
    'In work': [
      lines('Wait', 's', quantiles('photo_repair_task_wait_seconds', 'type')),
      lines('Work', 's', quantiles('photo_repair_task_processing_seconds', 'type')),
      lines('Workers', 'short', { '{{type}}': 'max by (type) (photo_repair_workers)' }),
      lines(
        'Attempts that failed',
        'short',
        { '{{reason}}': perMinute('reason', 'photo_repair_task_attempts_failed_total') },
        MINUTE,
      ),
      lines(
        'Events that changed nothing',
        'short',
        { '{{kind}}': perMinute('kind', 'photo_repair_task_events_ignored_total') },
        MINUTE,
      ),
      lines(
        'Times told: how long it took to what was told',
        'none',
        quantiles('photo_repair_estimate_error_ratio'),
        {
          description: '1 is the middle of the range that people were told.',
        },
      ),
    ],
    'At the end': [
      lines(
        'Ends',
        'short',
        { '{{type}} {{outcome}}': perMinute('type, outcome', 'photo_repair_tasks_finished_total') },
        MINUTE,
      ),
      lines('Last end was', 's', {
        '{{type}}': 'time() - max by (type) (photo_repair_task_last_finished_timestamp_seconds)',
      }),
      lines(
        'Times told that were',
        'short',
        {
          '{{outcome}}': perMinute('outcome', 'photo_repair_estimates_total'),
        },
        MINUTE,
      ),
      lines('Parked', 'short', { messages: 'max(photo_repair_parked_messages)' }),
      lines('Oldest of them since', 's', {
        message: 'time() - min(photo_repair_parked_oldest_timestamp_seconds)',
      }),
    ],
    'What is done again and again': [
      lines('Done last', 's', {
        '{{work}}': 'time() - max by (work) (photo_repair_periodic_work_last_success_timestamp_seconds)',
      }),
      lines('How often it should be', 's', {
        '{{work}}': 'max by (work) (photo_repair_periodic_work_interval_seconds)',
      }),
      lines('Failed', 'short', {
        '{{work}}': 'sum by (work) (increase(photo_repair_periodic_work_failures_total[$__rate_interval]))',
      }),
      lines('Files of no task that were removed', 'short', {
        files: 'sum(increase(photo_repair_storage_orphans_removed_total[$__rate_interval]))',
      }),
    ],
  });
