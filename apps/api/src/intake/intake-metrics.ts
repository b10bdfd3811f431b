import { Injectable } from '@nestjs/common';
import { Counter, register } from 'prom-client';
import { REFUSAL_CODES, type RefusalCode } from './refusal.js';

/** What became of a foreign message. */
export type IntakeOutcome = 'accepted' | 'duplicate' | RefusalCode;

/** Counts foreign messages. Labels are a fixed set: nothing that a sender says becomes one. */
@Injectable()
export class IntakeMetrics {
  private readonly messages = new Counter({
    name: 'photo_repair_foreign_messages_total',
    help: 'Messages of other systems that were taken in, had been before, or were refused and parked.',
    labelNames: ['outcome'],
    registers: [register],
  });
  private readonly ignoredReplies = new Counter({
    name: 'photo_repair_foreign_replies_ignored_total',
    help: 'Messages of other systems whose reply_to may be the queue of somebody else.',
    registers: [register],
  });

  constructor() {
    // A counter that is absent until its first event loses that event in Prometheus' `rate`.
    for (const outcome of ['accepted', 'duplicate', ...REFUSAL_CODES]) this.messages.inc({ outcome }, 0);
  }

  message(outcome: IntakeOutcome): void {
    this.messages.inc({ outcome });
  }

  replyIgnored(): void {
    this.ignoredReplies.inc();
  }
}
