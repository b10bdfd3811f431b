import type { LiveMessage, LiveRequest, LiveSubscription, LiveTopic } from '@app/contracts';

/** Messages of one topic. */
export type TopicMessage = Extract<LiveMessage, { data: { topic: LiveTopic } }>;

/** Who wants to hear of a topic. */
export interface TopicFollower {
  /** What is heard of it; between two steps none is missing. */
  onMessage: (message: TopicMessage) => void;
  /** The API does not let this device hear of it (any more); nothing follows. */
  onRefused: () => void;
  /** Whether the socket is open: told at once, and whenever it changes. */
  onLink: (isOpen: boolean) => void;
  /** The API and this page did not understand each other; what is shown may be old. */
  onUnclear: () => void;
}

interface Followed {
  readonly follower: TopicFollower;
  /** The number of the last step that was heard of; undefined before the first snapshot is whole. */
  seq: number | undefined;
}

/** Which topics are followed, and how far each has been heard of. */
export class LiveTopics {
  private readonly followed = new Map<LiveTopic, Followed>();

  get size(): number {
    return this.followed.size;
  }

  follow(topic: LiveTopic, follower: TopicFollower): LiveRequest {
    this.followed.set(topic, { follower, seq: undefined });
    return this.subscribe([topic]);
  }

  /** Undefined where it was not followed any more. */
  unfollow(topic: LiveTopic, follower: TopicFollower): LiveRequest | undefined {
    if (this.followed.get(topic)?.follower !== follower) return undefined;
    this.followed.delete(topic);
    return { event: 'unsubscribe', data: { topic } };
  }

  /** What has to be said on a new connection: each topic goes on where it was heard of last. */
  resume(): LiveRequest {
    return this.subscribe([...this.followed.keys()]);
  }

  /** A question that is always answered. */
  ask(): LiveRequest {
    return this.subscribe([...this.followed.keys()].slice(0, 1));
  }

  tellLink(isOpen: boolean): void {
    for (const { follower } of this.followed.values()) follower.onLink(isOpen);
  }

  tellUnclear(): void {
    for (const { follower } of this.followed.values()) follower.onUnclear();
  }

  /** Passes on what is new; answers what has to be said where a step was missed. */
  hear(message: LiveMessage): LiveRequest | undefined {
    const topic = message.data.topic as LiveTopic | undefined;
    const followed = topic === undefined ? undefined : this.followed.get(topic);
    if (topic === undefined || followed === undefined) return undefined;
    switch (message.event) {
      case 'error':
        this.followed.delete(topic);
        followed.follower.onRefused();
        return undefined;
      case 'snapshot':
        followed.seq = message.data.complete ? message.data.seq : undefined;
        break;
      case 'step':
      case 'erased':
        if (isAfterGap(followed.seq, message.data.seq)) return this.subscribe([topic]);
        followed.seq = later(followed.seq, message.data.seq);
        break;
      default:
    }
    followed.follower.onMessage(message);
    return undefined;
  }

  private subscribe(topics: readonly LiveTopic[]): LiveRequest {
    return { event: 'subscribe', data: { topics: topics.map((topic) => this.wish(topic)) } };
  }

  private wish(topic: LiveTopic): LiveSubscription {
    const after = this.followed.get(topic)?.seq;
    return { topic, ...(after !== undefined && { after }) };
  }
}

function isAfterGap(known: number | undefined, seq: number | null): boolean {
  return known !== undefined && seq !== null && seq > known + 1;
}

function later(known: number | undefined, seq: number | null): number | undefined {
  return known === undefined || seq === null ? known : Math.max(known, seq);
}
