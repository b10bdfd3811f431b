import type { TaskChanged, TaskEvent } from '@app/contracts';
import { untilDone } from './back-off.js';
import type { ConfirmPublisher, OutgoingMessage } from './confirm-publisher.js';
import { EXCHANGE } from './names.js';

/** Tells what happens to tasks: workers their events, API instances each other what they have stored. */
export class TaskEventPublisher {
  constructor(private readonly publisher: ConfirmPublisher) {}

  /**
   * A state event resolves once it is in the results queue, on disk, and rejects with a `PublishError`. A `progress`
   * event is sent without waiting and dropped where that is not possible; it never rejects.
   */
  async publish(event: TaskEvent): Promise<void> {
    if (event.kind === 'progress') {
      this.publisher.publishLossy(toMessage('progress', event, `${event.taskId}.progress`));
      return;
    }
    const messageId = `${event.taskId}.${event.run}.${event.kind}`;
    await this.publisher.publish(toMessage('state', event, messageId));
  }

  /**
   * `publish`, again and again (200 ms to 3 s apart) until the broker has confirmed it: for what must not be lost
   * because the broker is away, such as a finished result. Resolves to false where `signal` was aborted before.
   */
  async publishUntilConfirmed(
    event: TaskEvent,
    signal: AbortSignal,
    onFailure: (error: unknown, failures: number) => void = () => undefined,
  ): Promise<boolean> {
    return (await untilDone(() => this.publish(event), { signal, onFailure })) !== undefined;
  }

  /** Tells every API instance what has been stored. Lossy, like progress. */
  publishChanged(changed: TaskChanged): void {
    this.publisher.publishLossy(toMessage('changed', changed, `${subjectOf(changed)}.${changed.kind}`));
  }
}

function subjectOf(changed: TaskChanged): string {
  if (changed.kind === 'pauses') return changed.origin;
  return changed.kind === 'access' ? changed.albumId : changed.taskId;
}

function toMessage(
  family: 'state' | 'progress' | 'changed',
  value: TaskEvent | TaskChanged,
  messageId: string,
): OutgoingMessage {
  return {
    exchange: EXCHANGE.events,
    routingKey: `${family}.${'taskType' in value ? value.taskType : value.kind}`,
    body: Buffer.from(JSON.stringify(value)),
    properties: {
      messageId,
      ...('taskId' in value && { correlationId: value.taskId }),
      type: value.kind,
      appId: 'photo-repair',
      contentType: 'application/json',
      persistent: family === 'state',
      timestamp: Math.floor(Date.now() / 1000),
    },
  };
}
