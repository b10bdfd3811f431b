import type { AlbumCounts, TaskView } from '@app/contracts';
import type { TaskLogRow } from '../database/schema.js';
import { toTimelineEntry } from '../tasks/timeline-entry.js';
import { LiveFrame } from './live-frame.js';
import type { TopicName } from './topic-name.js';

/** Tells a step to those who watch a topic. */
export function stepFrame(
  { topic, kind }: TopicName,
  entry: TaskLogRow,
  task: TaskView,
  counts: AlbumCounts | null,
): LiveFrame {
  const seq = seqOf(kind, entry);
  return new LiveFrame({ event: 'step', data: { topic, seq, entry: toTimelineEntry(entry), task, counts } });
}

/** The number of a step among those of the topic. */
export function seqOf(kind: TopicName['kind'], entry: TaskLogRow): number {
  // Only what carries a number of the album is ever read or heard for an album.
  return kind === 'task' ? entry.seq : (entry.album_seq ?? 0);
}
