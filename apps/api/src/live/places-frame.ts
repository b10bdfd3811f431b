import type { LivePlace } from '@app/contracts';
import { LiveFrame } from './live-frame.js';
import type { TopicName } from './topic-name.js';

/** Places in one message: some 40 KB. */
const IN_ONE = 200;

/** The next places in a message; undefined when there are no more. */
export function placesFrame({ topic }: TopicName, places: Iterator<LivePlace>): LiveFrame | undefined {
  const some: LivePlace[] = [];
  while (some.length < IN_ONE) {
    const next = places.next();
    if (next.done === true) break;
    some.push(next.value);
  }
  return some.length === 0 ? undefined : new LiveFrame({ event: 'places', data: { topic, places: some } });
}
