import { dashboard } from './dashboard.mjs';
import { lines, quantiles, stat } from './panels.mjs';

const ATTEMPTS = 'photo_repair_deliveries_total';
const perMinute = (by, counter) => `sum by (${by}) (rate(${counter}[$__rate_interval])) * 60`;
const MINUTE = { description: 'A minute.', stacked: true };

/** What other systems bring, and whether they hear what became of it. */
export const deliveries = () =>
  dashboard('deliveries', 'other systems', {
    'At this moment': [
      stat('Outcomes not delivered', 'short', 'sum(max by (channel) (photo_repair_deliveries_pending))', {
        bad: 10,
        worse: 100,
      }),
      stat(
        'Oldest waits for',
        's',
        'time() - min(photo_repair_deliveries_oldest_pending_timestamp_seconds) or vector(0)',
        { bad: 300, worse: 3600 },
      ),
      stat('Given up, last day', 'short', `sum(increase(${ATTEMPTS}{result="failed"}[24h]))`, {
        bad: 1,
        worse: 10,
      }),
      stat('Bridges', 'short', 'sum(up{job="photo-repair-bridge"})'),
      stat('Redis answers', 'short', 'min(photo_repair_bridge_redis_up)', { bad: 1, worse: 0.5 }),
      stat('Entries in hand', 'short', 'max(photo_repair_bridge_entries_pending)', { bad: 100, worse: 1000 }),
    ],
    'Webhooks and answers': [
      lines(
        'Attempts',
        'short',
        {
          '{{channel}} {{result}}': perMinute('channel, result', ATTEMPTS),
        },
        MINUTE,
      ),
      lines(
        'Share that arrives',
        'percentunit',
        {
          '{{channel}}': `sum by (channel) (rate(${ATTEMPTS}{result="delivered"}[$__rate_interval])) / sum by (channel) (rate(${ATTEMPTS}[$__rate_interval]))`,
        },
        { limit: 0.5 },
      ),
      lines('An attempt takes', 's', quantiles('photo_repair_delivery_attempt_seconds', 'channel')),
      lines(
        'Not delivered',
        'short',
        {
          '{{channel}}': 'max by (channel) (photo_repair_deliveries_pending)',
        },
        { stacked: true },
      ),
      lines('Oldest of them since', 's', {
        '{{channel}}': 'time() - min by (channel) (photo_repair_deliveries_oldest_pending_timestamp_seconds)',
      }),
    ],
    'Messages of other systems': [
      lines(
        'By what became of them',
        'short',
        {
          '{{outcome}}': perMinute('outcome', 'photo_repair_foreign_messages_total'),
        },
        MINUTE,
      ),
      lines(
        'Answers that were asked for elsewhere',
        'short',
        {
          messages: 'sum(rate(photo_repair_foreign_replies_ignored_total[$__rate_interval])) * 60',
        },
        { description: 'A minute: a queue that may be of somebody else is not written to.' },
      ),
    ],
    Redis: [
      lines(
        'Entries',
        'short',
        {
          '{{outcome}}': perMinute('outcome', 'photo_repair_bridge_entries_total'),
        },
        MINUTE,
      ),
      lines(
        'Outcomes told',
        'short',
        {
          '{{outcome}}': perMinute('outcome', 'photo_repair_bridge_answers_total'),
        },
        MINUTE,
      ),
      lines(
        'Left alone for',
        's',
        { '{{instance}}': 'photo_repair_bridge_oldest_idle_seconds' },
        { limit: 600 },
      ),
    ],
  });
