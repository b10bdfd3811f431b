import { describe, expect, it } from 'vitest';
import { PromptProgressCounter } from './prompt-progress.js';
import type { ComfyEvent, ComfyGraph } from './protocol.js';

const node = { class_type: 'X', inputs: {} };
const GRAPH: ComfyGraph = { '1': node, '2': node, '3': node, '4': node };
const prompt_id = 'p';

const executing = (id: string): ComfyEvent => ({ type: 'executing', data: { node: id, prompt_id } });
const cached = (...nodes: string[]): ComfyEvent => ({
  type: 'execution_cached',
  data: { nodes, prompt_id, timestamp: 0 },
});
const step = (id: string, value: number, max: number): ComfyEvent => ({
  type: 'progress',
  data: { node: id, value, max, prompt_id },
});
const state = (id: string, value: number, max: number, word: 'running' | 'finished'): ComfyEvent => {
  const ids = { node_id: id, prompt_id, display_node_id: id, parent_node_id: null, real_node_id: id };
  return {
    type: 'progress_state',
    data: { prompt_id, nodes: { [id]: { value, max, state: word, ...ids } } },
  };
};
const percents = (...events: ComfyEvent[]): (number | null)[] => {
  const counter = new PromptProgressCounter(GRAPH);
  return events.map((event) => counter.apply(event).percent);
};

describe('PromptProgressCounter', () => {
  it('knows nothing before the first frame', () => {
    expect(new PromptProgressCounter(GRAPH).current()).toEqual({ stage: 'running', percent: null });
  });

  it('counts cached and finished nodes whole and the running one in part', () => {
    expect(percents(cached('1'), state('2', 1, 2, 'running'), state('2', 2, 2, 'finished'))).toEqual([
      25, 37, 50,
    ]);
  });

  it('works without progress_state, by who comes next', () => {
    expect(percents(executing('1'), executing('2'), executing('2'), executing('3'))).toEqual([0, 25, 25, 50]);
  });

  it('never falls and never claims the end', () => {
    expect(percents(step('1', 3, 4), step('1', 1, 4), cached('1', '2', '3', '4'))).toEqual([18, 18, 99]);
  });

  it('is not disturbed by nodes it does not know and by odd numbers', () => {
    const odd = [
      step('1', 1, 0),
      step('1', Number.NaN, 1),
      step('1', -5, 1),
      step('9', 1, 1),
      step('1.0.1', 1, 1),
    ];
    expect(percents(...odd, step('1', 9, 1))).toEqual([0, 0, 0, 0, 0, 25]);
  });

  it('is not disturbed by frames without what they should have', () => {
    const broken = { type: 'execution_cached', data: { prompt_id } } as unknown as ComfyEvent;
    const empty = { type: 'progress_state', data: { prompt_id } } as unknown as ComfyEvent;
    expect(percents(broken, empty)).toEqual([0, 0]);
  });

  it('takes an empty graph', () => {
    expect(new PromptProgressCounter({}).apply(cached()).percent).toBe(0);
  });
});
