import { ConfirmPublisher } from '@app/messaging';
import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { AnswersConsumer } from '../answers/answers.consumer.js';
import { EntriesConsumer } from '../entries/entries.consumer.js';
import { EntryTaker } from '../entries/entry-taker.js';
import { RedisLinks } from '../redis/redis-links.js';

/** What `/readyz` answers. `ok` or, for people, what is wrong. */
interface Readiness {
  status: 'ready' | 'unready';
  /** All of these have to be `ok`. */
  checks: Record<string, string>;
}

/** Probes for launchers and orchestrators. */
@Controller()
export class HealthController {
  constructor(
    private readonly links: RedisLinks,
    private readonly entries: EntriesConsumer,
    private readonly taker: EntryTaker,
    private readonly answers: AnswersConsumer,
    private readonly publisher: ConfirmPublisher,
  ) {}

  /** The process runs. */
  @Get('livez')
  live(): { status: 'alive' } {
    return { status: 'alive' };
  }

  /** 200 when entries are read, handed on and answered, else 503 with the reason per part. */
  @Get('readyz')
  ready(@Res({ passthrough: true }) response: Response): Readiness {
    const checks = {
      redis: said('No entries can be read', this.links.problem ?? this.entries.problem),
      broker: said('No tasks can be handed on', this.publisher.problem),
      answers: said('No outcomes can be told', this.answers.problem),
      entries: said('An entry has to wait', this.taker.problem),
    };
    const ready = Object.values(checks).every((check) => check === 'ok');
    response.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'unready', checks };
  }
}

function said(what: string, problem: string | null): string {
  return problem === null ? 'ok' : `${what}: ${problem.replace(/\.$/, '')}.`;
}
