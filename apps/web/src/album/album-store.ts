import type { AlbumView, LiveTopic, TaskView } from '@app/contracts';
import type { TopicFollower, TopicMessage } from '../live/live-topics.js';
import type { AlbumLive, Link } from './album-live.js';
import { applyNews, isAnyOpen, UNKNOWN_ALBUM, type AlbumNews, type AlbumState } from './album-state.js';
import { ReadingRounds } from './reading-rounds.js';

/** Where an album's news come from. */
export interface AlbumSources {
  follow: (topic: LiveTopic, follower: TopicFollower) => () => void;
  /** Makes the socket ask who this device is. */
  reconnect: () => void;
  readAlbum: (albumId: string, signal: AbortSignal) => Promise<AlbumView>;
  /** All tasks of the album. */
  readTasks: (albumId: string, signal: AbortSignal) => Promise<TaskView[]>;
  /** Calls soon, once for all that comes in the meantime. */
  soon: (act: () => void) => void;
  random: () => number;
}

/** A gap of one moment is not worth telling, nor worth reading all for. */
const GRACE_MS = 1500;

/**
 * One album, for everybody in this page who shows it. The socket tells what happens; the album itself is read over HTTP,
 * and so are its tasks while there is no socket.
 */
export class AlbumStore {
  private state: AlbumState = UNKNOWN_ALBUM;
  /** What is shown of the state: another object only where that has changed. */
  private shown: AlbumLive = UNKNOWN_ALBUM;
  private readonly listeners = new Set<() => void>();
  private pending: AlbumNews[] = [];
  /** Null while the store is stopped. */
  private rounds: ReadingRounds | null = null;
  private unfollow: (() => void) | null = null;
  private readingTasks = new AbortController();
  private grace: ReturnType<typeof setTimeout> | undefined;
  private isOpen = false;
  /** Set where there has been no socket for longer than a moment. */
  private needsTasks = false;
  /** The album's number when its tasks were read last; null where that says nothing any more. */
  private seqRead: number | null = null;
  private unusedSince = performance.now();

  constructor(
    private readonly albumId: string,
    private readonly sources: AlbumSources,
  ) {}

  get now(): AlbumLive {
    return this.shown;
  }

  /** Whether somebody uses it, or has within that time. */
  wasUsedWithin(ms: number): boolean {
    return this.listeners.size > 0 || performance.now() - this.unusedSince < ms;
  }

  /** Also looks again for an album that was gone: a link may have opened it meanwhile. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    if (this.rounds === null) this.start();
    return () => {
      this.listeners.delete(listener);
      this.unusedSince = performance.now();
    };
  }

  stop(): void {
    this.rounds?.stop();
    this.rounds = null;
    this.readingTasks.abort();
    clearTimeout(this.grace);
    this.unfollow?.();
    this.unfollow = null;
    this.isOpen = false;
  }

  /** Reads at once instead of waiting. */
  look(): void {
    this.rounds?.look();
  }

  /** What the API answered to this page itself; null where it erased the album. */
  changed(album: AlbumView | null): void {
    if (album === null) this.gone();
    else this.hear({ kind: 'album', album });
  }

  private start(): void {
    if (this.state.state === 'gone') this.show({ ...UNKNOWN_ALBUM, link: this.state.link });
    this.rounds = new ReadingRounds({
      read: (signal) => this.read(signal),
      isLive: () => this.isOpen,
      onAway: () => this.tellLink('away'),
      onGone: () => this.gone(),
      random: this.sources.random,
    });
    this.lost();
    this.follow();
    this.look();
  }

  private follow(): void {
    this.unfollow = this.sources.follow(`album:${this.albumId}`, {
      onMessage: (message) => this.heard(message),
      onRefused: () => this.refused(),
      onLink: (isOpen) => (isOpen ? this.opened() : this.lost()),
      onUnclear: () => this.readTasksToo(),
    });
  }

  private heard(message: TopicMessage): void {
    this.hear({ kind: 'message', message });
    if (message.event === 'erased' && message.data.id === this.albumId) this.stop();
  }

  /** It may also be that the socket was opened by nobody yet; HTTP knows who we are now. */
  private refused(): void {
    this.unfollow = null;
    this.lost();
    this.readTasksToo();
  }

  private opened(): void {
    clearTimeout(this.grace);
    this.isOpen = true;
    this.needsTasks = false;
    this.readingTasks.abort();
    this.hear({ kind: 'link', link: 'live' });
    // Something may have changed meanwhile of which the socket does not tell.
    if (this.state.album !== null) this.look();
  }

  private lost(): void {
    this.isOpen = false;
    this.hear({ kind: 'cut' });
    clearTimeout(this.grace);
    this.grace = setTimeout(() => this.readTasksToo(), GRACE_MS);
  }

  private readTasksToo(): void {
    this.needsTasks = true;
    this.seqRead = null;
    this.look();
  }

  private gone(): void {
    this.hear({ kind: 'gone' });
    this.stop();
  }

  private hear(news: AlbumNews): void {
    this.pending.push(news);
    if (this.pending.length === 1) this.sources.soon(() => this.flush());
  }

  private flush(): void {
    const before = this.shown;
    const news = this.pending;
    this.pending = [];
    this.show(applyNews(this.state, news));
    if (this.shown === before) return;
    for (const listener of this.listeners) listener();
  }

  private show(state: AlbumState): void {
    this.state = state;
    if (!isSameToSee(this.shown, state)) this.shown = state;
  }

  private async read(signal: AbortSignal): Promise<void> {
    const album = await this.sources.readAlbum(this.albumId, signal);
    if (signal.aborted) return;
    this.hear({ kind: 'album', album });
    if (this.unfollow === null) {
      this.sources.reconnect();
      this.follow();
    }
    if (this.needsTasks && !this.isUpToDate(album.seq)) await this.readTasks(album.seq);
    if (this.needsTasks) this.tellLink('polling');
  }

  private async readTasks(seq: number): Promise<void> {
    this.readingTasks.abort();
    this.readingTasks = new AbortController();
    const { signal } = this.readingTasks;
    try {
      const tasks = await this.sources.readTasks(this.albumId, signal);
      if (signal.aborted) return;
      this.seqRead = seq;
      this.hear({ kind: 'tasks', tasks });
      if (this.isOpen) this.needsTasks = false;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Places and progress change without a step, but only while something waits or is worked on. */
  private isUpToDate(seq: number): boolean {
    return this.seqRead === seq && !isAnyOpen(this.state.tasks);
  }

  private tellLink(link: Link): void {
    if (!this.isOpen) this.hear({ kind: 'link', link });
  }
}

function isSameToSee(some: AlbumLive, other: AlbumLive): boolean {
  return (
    some.state === other.state &&
    some.album === other.album &&
    some.tasks === other.tasks &&
    some.link === other.link
  );
}
