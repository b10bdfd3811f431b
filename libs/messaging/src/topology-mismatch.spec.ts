import { describe, expect, it } from 'vitest';
import { TopologyMismatch } from './topology-mismatch.js';

const broker = (text: string) =>
  new Error(
    `Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - ${text}"`,
  );

describe('a topology mismatch', () => {
  it("reads the broker's sentence about a changed argument", () => {
    const text =
      "inequivalent arg 'x-max-priority' for queue 'q' in vhost '/': received the value '4' of type 'signedint' but current is none";
    expect(TopologyMismatch.from(broker(text))).toMatchObject({
      kind: 'queue',
      entity: 'q',
      argument: 'x-max-priority',
      declared: '4',
      existing: 'none',
    });
  });

  it("reads the broker's sentence about another type of exchange", () => {
    const text =
      "inequivalent arg 'type' for exchange 'e' in vhost 'v': received 'topic' but current is 'fanout'";
    expect(TopologyMismatch.from(broker(text))?.message).toContain(
      'the broker has fanout, this version needs topic',
    );
  });

  it('names the setting where the queue is of the other type', () => {
    const text =
      "inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received the value 'quorum' of type 'longstr' but current is the value 'classic' of type 'longstr'";
    expect(TopologyMismatch.from(broker(text))?.message).toMatch(
      /has classic, .* needs quorum\..* AMQP_QUEUE_TYPE/,
    );
  });

  it('is not seen in other errors', () => {
    expect(TopologyMismatch.from(broker("unknown exchange type 'x'"))).toBeUndefined();
    expect(TopologyMismatch.from('text')).toBeUndefined();
  });
});
