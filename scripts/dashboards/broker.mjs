import { dashboard } from './dashboard.mjs';
import { lines, quantiles, stat } from './panels.mjs';

const OURS = '{queue=~"photo_repair.*"}';

/** RabbitMQ, as our programs see it and as it says itself. Its makers' own dashboard (RabbitMQ-Overview) says more. */
export const broker = () =>
  dashboard('broker', 'RabbitMQ', {
    'At this moment': [
      stat('Connections of ours', 'short', 'sum(photo_repair_broker_connection_state{state="connected"})'),
      stat(
        'Not connected',
        'short',
        'sum(photo_repair_broker_connection_state{state=~"connecting|closed"})',
        { bad: 1, worse: 2 },
      ),
      stat('Blocked', 'short', 'sum(photo_repair_broker_connection_state{state="blocked"})', {
        bad: 1,
        worse: 2,
      }),
      stat(
        'Without a queue, last hour',
        'short',
        'sum(increase(photo_repair_publishes_total{outcome="unroutable"}[1h]))',
        {
          bad: 1,
          worse: 2,
        },
      ),
      stat('Memory alarm', 'short', 'max(rabbitmq_alarms_memory_used_watermark)', { bad: 1, worse: 2 }),
      stat('Disk alarm', 'short', 'max(rabbitmq_alarms_free_disk_space_watermark)', { bad: 1, worse: 2 }),
    ],
    'What we publish': [
      lines(
        'Messages by what became of them',
        'ops',
        {
          '{{outcome}}': 'sum by (outcome) (rate(photo_repair_publishes_total[$__rate_interval]))',
        },
        { stacked: true },
      ),
      lines('Until it confirms', 's', quantiles('photo_repair_publish_confirm_seconds')),
      lines('Connections that are not well', 'short', {
        '{{instance}} {{connection}} {{state}}':
          'photo_repair_broker_connection_state{state!="connected"} > 0',
      }),
    ],
    Queues: [
      lines(
        'Messages that wait',
        'short',
        { '{{queue}}': `rabbitmq_detailed_queue_messages_ready${OURS} > 0` },
        {
          stacked: true,
        },
      ),
      lines(
        'Messages in hand',
        'short',
        { '{{queue}}': `rabbitmq_detailed_queue_messages_unacked${OURS} > 0` },
        {
          stacked: true,
        },
      ),
      lines('Consumers', 'short', { '{{queue}}': `rabbitmq_detailed_queue_consumers${OURS}` }),
    ],
    Nodes: [
      lines('Memory', 'bytes', {
        '{{instance}}': 'rabbitmq_process_resident_memory_bytes',
        'limit {{instance}}': 'rabbitmq_resident_memory_limit_bytes',
      }),
      lines('Free disk', 'bytes', {
        '{{instance}}': 'rabbitmq_disk_space_available_bytes',
        'limit {{instance}}': 'rabbitmq_disk_space_available_limit_bytes',
      }),
      lines('Connections and channels', 'short', {
        'connections {{instance}}': 'rabbitmq_connections',
        'channels {{instance}}': 'rabbitmq_channels',
      }),
      lines('Messages in', 'ops', {
        '{{instance}}': 'sum by (instance) (rate(rabbitmq_global_messages_received_total[$__rate_interval]))',
      }),
      lines('Messages delivered', 'ops', {
        '{{instance}}':
          'sum by (instance) (rate(rabbitmq_global_messages_delivered_total[$__rate_interval]))',
      }),
    ],
  });
