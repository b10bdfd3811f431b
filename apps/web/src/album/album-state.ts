import {
  isFinalState,
  type AlbumCounts,
  type AlbumView,
  type LivePlace,
  type TaskView,
} from '@app/contracts';
import { replaceEqualDeep } from '@tanstack/react-query';
import type { TopicMessage } from '../live/live-topics.js';
import type { AlbumLive, Link } from './album-live.js';

/** What is heard of an album. */
export type AlbumNews =
  /** The album itself: its title, and what this device may do with it. */
  | { kind: 'album'; album: AlbumView }
  /** All its tasks, read over HTTP. */
  | { kind: 'tasks'; tasks: readonly TaskView[] }
  | { kind: 'message'; message: TopicMessage }
  /** The socket is lost: what it had begun to tell is not finished by another one. */
  | { kind: 'cut' }
  | { kind: 'link'; link: Link }
  | { kind: 'gone' };

export interface AlbumState extends AlbumLive {
  readonly byId: ReadonlyMap<string, TaskView>;
  /** Whether all tasks are known. */
  readonly isWhole: boolean;
  /** The ids of a snapshot that comes in several parts, in its order. */
  readonly parts: { readonly seq: number; readonly ids: ReadonlySet<string> } | null;
}

export const UNKNOWN_ALBUM: AlbumState = {
  state: 'loading',
  album: null,
  tasks: [],
  link: 'connecting',
  byId: new Map(),
  isWhole: false,
  parts: null,
};

/**
 * The album after all that was heard. Pure; tasks that did not change stay the same objects, and so does all of it where
 * nothing did. Many news at once cost little more than one.
 */
export function applyNews(before: AlbumState, news: readonly AlbumNews[]): AlbumState {
  const draft = new Draft(before);
  for (const one of news) draft.take(one);
  return draft.finish();
}

/** The album while news are applied to it. */
class Draft {
  private state: AlbumState['state'];
  private album: AlbumView | null;
  private link: Link;
  private isWhole: boolean;
  private parts: { seq: number; ids: Set<string> } | null;
  /** What the API last said of counts, for as long as not all tasks are known. */
  private told: AlbumCounts | null = null;
  /** In the order in which photos were added; copied before the first change. */
  private byId: Map<string, TaskView> | null = null;

  constructor(private readonly before: AlbumState) {
    ({ state: this.state, album: this.album, link: this.link, isWhole: this.isWhole } = before);
    this.parts = before.parts && { seq: before.parts.seq, ids: new Set(before.parts.ids) };
  }

  take(news: AlbumNews): void {
    switch (news.kind) {
      case 'album':
        this.album = { ...news.album, seq: Math.max(news.album.seq, this.album?.seq ?? 0) };
        return;
      case 'tasks':
        this.replaceAll(news.tasks.map((task) => this.newer(task)));
        return;
      case 'cut':
        this.parts = null;
        return;
      case 'link':
        this.link = news.link;
        return;
      case 'gone':
        this.state = 'gone';
        return;
      default:
        this.hear(news.message);
    }
  }

  finish(): AlbumState {
    const { before } = this;
    const tasks = this.byId === null ? before.tasks : sameOrNew(before.tasks, [...this.byId.values()]);
    const album = this.albumWith(tasks);
    const { link, isWhole, parts } = this;
    const state = this.state === 'loading' && album !== null && isWhole ? 'ready' : this.state;
    const after = { state, album, tasks, link, byId: this.byId ?? before.byId, isWhole, parts };
    const isSame =
      state === before.state &&
      album === before.album &&
      tasks === before.tasks &&
      link === before.link &&
      isWhole === before.isWhole &&
      parts === null &&
      before.parts === null;
    return isSame ? before : after;
  }

  private hear({ event, data }: TopicMessage): void {
    switch (event) {
      case 'snapshot':
        this.isTold(data.seq, data.counts);
        return this.part(data);
      case 'step':
        this.isTold(data.seq, data.counts);
        return this.put(this.newer(data.task));
      case 'places':
        for (const place of data.places) this.move(place);
        return;
      case 'progress': {
        const task = this.known.get(data.id);
        if (task?.status === 'running')
          this.put(replaceEqualDeep(task, { ...task, progress: data.progress }));
        return;
      }
      case 'erased':
        if (data.topic === `album:${data.id}`) this.state = 'gone';
        else this.writable.delete(data.id);
        return;
      default:
    }
  }

  private part({ seq, complete, tasks }: Extract<TopicMessage, { event: 'snapshot' }>['data']): void {
    // Another number: the API has begun anew.
    const ids = this.parts?.seq === seq ? this.parts.ids : new Set<string>();
    for (const task of tasks) {
      this.put(this.newer(task));
      ids.add(task.id);
    }
    this.parts = complete ? null : { seq, ids };
    // What was not named is no more.
    if (complete) this.replaceAll([...ids].map((id) => this.known.get(id)!));
  }

  private get known(): ReadonlyMap<string, TaskView> {
    return this.byId ?? this.before.byId;
  }

  private get writable(): Map<string, TaskView> {
    return (this.byId ??= new Map(this.before.byId));
  }

  private put(task: TaskView): void {
    if (this.known.get(task.id) !== task) this.writable.set(task.id, task);
  }

  private replaceAll(tasks: readonly TaskView[]): void {
    this.byId = new Map(tasks.map((task) => [task.id, task]));
    this.isWhole = true;
  }

  /** Of two views the one that is further; the one that is known where they say the same. */
  private newer(task: TaskView): TaskView {
    const known = this.known.get(task.id);
    if (known === undefined) return task;
    return task.seq < known.seq ? known : replaceEqualDeep(known, task);
  }

  /** What is told of a place says nothing of a photo that has left the line meanwhile. */
  private move(place: LivePlace): void {
    const task = this.known.get(place.id);
    if (task?.status === 'queued' && isMoved(task, place)) this.put({ ...task, ...place });
  }

  private isTold(seq: number, counts: AlbumCounts | null): void {
    if (counts !== null) this.told = counts;
    if (this.album !== null && seq > this.album.seq) this.album = { ...this.album, seq };
  }

  private albumWith(tasks: readonly TaskView[]): AlbumView | null {
    if (this.album === null) return null;
    const counts = this.isWhole ? countTasks(tasks) : (this.told ?? this.album.counts);
    return replaceEqualDeep(this.before.album, { ...this.album, counts });
  }
}

/** Thousands of places may be told four times a second. */
function isMoved(task: LivePlace, place: LivePlace): boolean {
  return (
    task.queue_position !== place.queue_position ||
    task.moved_back_by !== place.moved_back_by ||
    task.delayed_by !== place.delayed_by ||
    task.gpu_memory_used_percent !== place.gpu_memory_used_percent ||
    task.estimate?.from !== place.estimate?.from ||
    task.estimate?.to !== place.estimate?.to
  );
}

/** Whether anything of it may still change by itself. */
export function isAnyOpen(tasks: readonly TaskView[]): boolean {
  return tasks.some(({ status }) => !isFinalState(status));
}

function countTasks(tasks: readonly TaskView[]): AlbumCounts {
  const counts: AlbumCounts = {
    total: tasks.length,
    queued: 0,
    running: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    expired: 0,
  };
  for (const { status } of tasks) counts[status] += 1;
  return counts;
}

function sameOrNew(before: readonly TaskView[], after: readonly TaskView[]): readonly TaskView[] {
  const isSame = before.length === after.length && after.every((task, index) => task === before[index]);
  return isSame ? before : after;
}
