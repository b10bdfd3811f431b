import { Injectable } from '@nestjs/common';
import { CatchUp } from './catch-up.js';
import { LiveFrame } from './live-frame.js';
import type { LiveTopic } from './live-topic.js';
import { LiveTopics } from './live-topics.js';

/** Tells that tasks and albums are no more. Where a number of a topic has no step, a task was erased. */
@Injectable()
export class Departures {
  constructor(
    private readonly topics: LiveTopics,
    private readonly catchUp: CatchUp,
  ) {}

  /** The task or the album of the topic was erased. */
  async gone(topic: LiveTopic): Promise<void> {
    const { name } = topic;
    const frame = new LiveFrame({ event: 'erased', data: { topic: name.topic, id: name.id, seq: null } });
    for (const subscription of topic.subscriptions) {
      subscription.subscriber.send(frame);
      subscription.subscriber.forget(name.topic);
      this.topics.leave(subscription);
    }
  }

  /**
   * The numbers up to `upTo` have no steps. They are those of the tasks of which we heard that they were erased; where we
   * did not hear of all, nobody can tell who is missing, and all begin anew.
   */
  async fill(topic: LiveTopic, upTo: number, erased: string[]): Promise<void> {
    const missing = upTo - topic.head;
    if (missing <= 0) return;
    if (erased.length < missing) {
      topic.head = upTo;
      topic.version += 1;
      for (const subscription of topic.subscriptions) this.catchUp.startOver(subscription);
      return;
    }
    for (const taskId of erased.splice(0, missing)) await this.tellOne(topic, taskId, topic.head + 1);
  }

  /** Tasks that were erased without a number. */
  async tell(topic: LiveTopic, erased: readonly string[]): Promise<void> {
    for (const taskId of erased) await this.tellOne(topic, taskId, null);
  }

  private async tellOne(topic: LiveTopic, taskId: string, seq: number | null): Promise<void> {
    this.topics.drop(topic, taskId);
    await topic.tell(new LiveFrame({ event: 'erased', data: { topic: topic.name.topic, id: taskId, seq } }));
  }
}
