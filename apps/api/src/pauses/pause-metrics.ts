import { Injectable } from '@nestjs/common';
import { readGauge } from '../metrics/read-gauge.js';
import { Pauses } from './pauses.js';

/** What operators have stopped, read when Prometheus scrapes. */
@Injectable()
export class PauseMetrics {
  constructor(pauses: Pauses) {
    readGauge({
      name: 'photo_repair_paused',
      help: '1 for what an operator has paused: the intake, a task type or a worker; nothing else has a sample.',
      labelNames: ['scope', 'name'],
      read: async () => pauses.all.map(({ scope, name }) => [{ scope, name }, 1] as const),
    });
  }
}
