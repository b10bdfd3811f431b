import {
  LIVE_MAX_SUBSCRIPTIONS,
  LIVE_MAX_TOPICS,
  type LiveMessage,
  type LivePlace,
  type LiveRequest,
  type LiveSubscription,
  type TaskProgress,
  type TaskView,
} from '@app/contracts';

/** What is heard of the tasks. */
export interface TaskNews {
  onTask: (task: TaskView) => void;
  onPlaces: (places: readonly LivePlace[]) => void;
  onProgress: (taskId: string, progress: TaskProgress) => void;
  /** The API does not know the task (any more). */
  onGone: (taskId: string) => void;
}

/** Which tasks are followed, and how far each has been heard of. */
export class TaskTopics {
  /** The number of the last step that was heard of each; undefined before the first. */
  private followed = new Map<string, number | undefined>();

  constructor(private readonly news: TaskNews) {}

  get size(): number {
    return this.followed.size;
  }

  /** From now on these, as many as the API allows; answers what has to be said to it. */
  follow(taskIds: readonly string[]): LiveRequest[] {
    const wanted = new Set(taskIds.slice(0, LIVE_MAX_SUBSCRIPTIONS));
    const dropped = [...this.followed.keys()].filter((id) => !wanted.has(id));
    const added = [...wanted].filter((id) => !this.followed.has(id));
    for (const id of dropped) this.followed.delete(id);
    for (const id of added) this.followed.set(id, undefined);
    return [
      ...inParts(dropped).map((ids): LiveRequest => {
        return {
          event: 'unsubscribe',
          data: { topics: ids.map((id) => ({ topic: `task:${id}` as const })) },
        };
      }),
      ...this.subscribe(added),
    ];
  }

  /** What has to be said on a new connection: each task goes on where it was heard of last. */
  resume(): LiveRequest[] {
    return this.subscribe([...this.followed.keys()]);
  }

  /** A question that is always answered. */
  ask(): LiveRequest[] {
    return this.subscribe([...this.followed.keys()].slice(0, 1));
  }

  /** Passes on what is new; answers what has to be said where a step was missed. */
  hear(message: LiveMessage): LiveRequest[] {
    const taskId = (message.data.topic ?? '').slice('task:'.length);
    if (!this.followed.has(taskId)) return [];
    switch (message.event) {
      case 'snapshot':
        this.followed.set(taskId, message.data.seq);
        for (const task of message.data.tasks) this.news.onTask(task);
        return [];
      case 'step':
        return this.step(taskId, message.data.seq, message.data.task);
      case 'places':
        this.news.onPlaces(message.data.places);
        return [];
      case 'progress':
        this.news.onProgress(message.data.id, message.data.progress);
        return [];
      case 'erased':
      case 'error':
        this.followed.delete(taskId);
        this.news.onGone(taskId);
        return [];
      default:
        return [];
    }
  }

  private step(taskId: string, seq: number, task: TaskView): LiveRequest[] {
    const known = this.followed.get(taskId);
    if (known !== undefined && seq > known + 1) return this.subscribe([taskId]);
    this.followed.set(taskId, Math.max(seq, known ?? 0));
    this.news.onTask(task);
    return [];
  }

  private subscribe(taskIds: readonly string[]): LiveRequest[] {
    return inParts(taskIds).map((ids): LiveRequest => {
      return { event: 'subscribe', data: { topics: ids.map((id) => this.wish(id)) } };
    });
  }

  private wish(taskId: string): LiveSubscription {
    const after = this.followed.get(taskId);
    return { topic: `task:${taskId}`, ...(after !== undefined && { after }) };
  }
}

/** No message names more topics than the API takes in one. */
function inParts(ids: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let from = 0; from < ids.length; from += LIVE_MAX_TOPICS)
    parts.push(ids.slice(from, from + LIVE_MAX_TOPICS));
  return parts;
}
