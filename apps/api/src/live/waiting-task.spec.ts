import type { LivePlace } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { differs } from './waiting-task.js';

const PLACE: LivePlace = {
  id: 't',
  queue_position: 4,
  moved_back_by: null,
  estimate: { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:10:00.000Z' },
  delayed_by: null,
  gpu_memory_used_percent: null,
};

describe('a place is worth telling', () => {
  it.each<[string, Partial<LivePlace>]>([
    ['when it is another', { queue_position: 3 }],
    ['when the task has none any more', { queue_position: null }],
    ['when it has a reason', { moved_back_by: 'priority' }],
    ['when something holds it up', { delayed_by: 'no_worker' }],
    ['when the GPU is fuller', { gpu_memory_used_percent: 84 }],
    ['when the end is another', { estimate: { ...PLACE.estimate!, to: '2026-01-01T00:10:01.000Z' } }],
    ['when nobody knows the end any more', { estimate: null }],
  ])('%s', (_, change) => {
    expect(differs(PLACE, { ...PLACE, ...change })).toBe(true);
  });

  it('and not when the end moved by less than anybody notices', () => {
    const estimate = { from: '2026-01-01T00:00:00.900Z', to: '2026-01-01T00:10:00.100Z' };
    expect(differs(PLACE, { ...PLACE, estimate })).toBe(false);
  });
});
