import { describe, expect, it } from 'vitest';
import { workerRoutingKey } from './worker-status-publisher.js';

describe('workerRoutingKey', () => {
  it.each([
    ['gpu-1_a', 'worker.gpu-1_a'],
    ['gpu.1.example', 'worker.gpu_1_example'],
    ['#', 'worker._'],
    ['工人 一', 'worker.____'],
    ['\u{1f5bc}'.repeat(50), `worker.${'_'.repeat(100)}`],
  ])('makes %j one word', (name, key) => {
    expect(workerRoutingKey(name)).toBe(key);
  });
});
