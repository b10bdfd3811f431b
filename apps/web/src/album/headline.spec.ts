import { describe, expect, it } from 'vitest';
import { countPhotos } from '../photo/photo-counts.js';
import type { Phase, Photo } from '../photo/photo.js';
import { headlineOf, isOver } from './headline.js';

const counted = (...phases: Phase[]) => countPhotos(phases.map((phase) => ({ phase }) as Photo));
const headline = (...phases: Phase[]) => headlineOf(counted(...phases));

describe('headlineOf', () => {
  it('says nothing of an empty album', () => {
    expect(headline()).toBeNull();
  });

  it('promises nothing before the first photo is ready', () => {
    expect(headline('sending', 'failed')).toBe('on_their_way');
    expect(headline('in_line')).toBe('on_their_way');
  });

  it('counts as soon as one is ready', () => {
    expect(headline('done', 'working')).toBe('some_ready');
    expect(headline('done', 'failed')).toBe('some_ready');
    expect(headline('done', 'done')).toBe('all_ready');
  });

  it('tells apart why none is ready', () => {
    expect(headline('failed', 'expired', 'refused')).toBe('none_worked');
    expect(headline('stopped')).toBe('all_stopped');
    expect(headline('stopped', 'failed')).toBe('none_ready');
    expect(headline('lost')).toBe('none_ready');
  });
});

describe('isOver', () => {
  it('is not while anything is under way or paused', () => {
    expect(isOver(counted('done', 'paused'))).toBe(false);
    expect(isOver(counted('done', 'in_line'))).toBe(false);
    expect(isOver(counted('done', 'failed', 'stopped', 'lost'))).toBe(true);
  });
});
