import { TaskFailure } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { blameOf } from './engine-blame.js';

const gone = new TaskFailure('engine_unreachable', 'GET /prompt failed: ECONNREFUSED');

describe('blameOf', () => {
  it.each([
    ['an engine that does not answer', gone, 'engine'],
    ['what no ComfyUI says', new TaskFailure('upstream_garbage', 'a page'), 'engine'],
    [
      'an engine that went away with the prompt',
      new TaskFailure('engine_lost_prompt', 'The engine went away while it had the prompt', { cause: gone }),
      'engine',
    ],
    [
      'a prompt that somebody took out of the queue',
      new TaskFailure('engine_lost_prompt', 'The engine accepted the prompt and no longer knows it'),
      'not',
    ],
    [
      'a run that could not be stopped',
      new TaskFailure('timed_out', 'It took too long; it was told to stop and has not stopped yet'),
      'engine',
    ],
    ['a run that was stopped', new TaskFailure('timed_out', 'It took too long; it was cancelled'), 'not'],
    ['a broken picture', new TaskFailure('bad_output', 'black'), 'maybe'],
    ['a broken photo', new TaskFailure('bad_image', 'no picture'), 'not'],
    ['a refused workflow', new TaskFailure('workflow_invalid', 'no such node'), 'not'],
    ['too little memory', new TaskFailure('out_of_memory', 'CUDA out of memory'), 'not'],
    ["our own mistake, not the engine's", new TypeError('x'), 'not'],
  ])('of %s', (_what, error, blame) => {
    expect(blameOf(error)).toBe(blame);
  });
});
