import { TaskEventSubscriber } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import { ExpirySweeper } from '../expiry/expiry.sweeper.js';
import { OverdueTasksConsumer } from '../expiry/overdue-tasks.consumer.js';
import { IntakeConsumer } from '../intake/intake.consumer.js';

/** Whether everything that comes over RabbitMQ is read. */
@Injectable()
export class MessageChecks {
  constructor(
    private readonly events: TaskEventSubscriber,
    private readonly sweeper: ExpirySweeper,
    private readonly overdue: OverdueTasksConsumer,
    private readonly intake: IntakeConsumer,
  ) {}

  /** `ok` for each, or in one sentence why not. */
  describe(): { events: string; expiry: string; intake: string } {
    const late = this.sweeper.problem ?? this.overdue.problem;
    return {
      events: sentence('What the workers tell is not stored', this.events.problem),
      expiry: sentence('Tasks that wait too long do not end', late),
      intake: sentence('Messages of other systems are not taken in', this.intake.problem),
    };
  }
}

function sentence(consequence: string, problem: string | null): string {
  return problem === null ? 'ok' : `${consequence}: ${problem.replace(/[.]$/, '')}.`;
}
