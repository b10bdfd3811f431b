import type { AlbumCounts, LiveMessage, LiveTopic, TaskView } from '@app/contracts';

/** What a client knows of one topic, by the rules of the protocol alone. */
export class ClientState {
  readonly tasks = new Map<string, TaskView>();
  counts: AlbumCounts | null = null;
  seq: number | undefined;
  /** A step was missing: subscribe again with `seq`. */
  gap = false;
  gone = false;
  /** The tasks of a snapshot that is not complete yet. */
  private named: { seq: number; ids: Set<string> } | undefined;

  constructor(readonly topic: LiveTopic) {}

  hear(message: LiveMessage): void {
    if (message.data.topic !== this.topic) return;
    switch (message.event) {
      case 'snapshot':
        return this.snapshot(message.data);
      case 'step':
        if (!this.follows(message.data.seq)) return;
        this.show(message.data.task);
        this.counts = message.data.counts;
        return;
      case 'erased':
        this.gone ||= this.topic.endsWith(message.data.id);
        if (message.data.seq !== null && !this.follows(message.data.seq)) return;
        this.tasks.delete(message.data.id);
        return;
      case 'places':
        for (const place of message.data.places) {
          const task = this.tasks.get(place.id);
          if (task?.status === 'queued') this.tasks.set(place.id, { ...task, ...place });
        }
        return;
      case 'progress': {
        const task = this.tasks.get(message.data.id);
        if (task?.status === 'running') this.tasks.set(task.id, { ...task, progress: message.data.progress });
        return;
      }
      default:
    }
  }

  private snapshot({
    seq,
    tasks,
    counts,
    complete,
  }: Extract<LiveMessage, { event: 'snapshot' }>['data']): void {
    if (this.named?.seq !== seq) this.named = { seq, ids: new Set() };
    for (const task of tasks) {
      this.named.ids.add(task.id);
      this.show(task);
    }
    if (!complete) return;
    for (const id of this.tasks.keys()) if (!this.named.ids.has(id)) this.tasks.delete(id);
    this.named = undefined;
    this.counts = counts;
    this.seq = seq;
    this.gap = false;
  }

  private follows(seq: number): boolean {
    if (this.seq === undefined || seq !== this.seq + 1) {
      this.gap = true;
      return false;
    }
    this.seq = seq;
    return true;
  }

  private show(task: TaskView): void {
    const known = this.tasks.get(task.id);
    if (known === undefined || task.seq >= known.seq) this.tasks.set(task.id, task);
  }
}
