import { describe, expect, it } from 'vitest';
import { PromptDeadlines } from './prompt-deadlines.js';

const LIMITS = { queuedMs: 100, runMs: 1000, silentMs: 300 };

describe('PromptDeadlines', () => {
  it('counts waiting from acceptance, and not against the run', () => {
    const deadlines = new PromptDeadlines(LIMITS, 5000);
    expect(deadlines.nextAtMs()).toBe(5100);
    expect(deadlines.passed(5099)).toBeNull();
    expect(deadlines.passed(5100)).toBe('The engine did not start the prompt within 100 ms');
    deadlines.started(5090);
    expect(deadlines.passed(5100)).toBeNull();
    expect(deadlines.nextAtMs()).toBe(5390);
  });

  it('counts silence from the last sign', () => {
    const deadlines = new PromptDeadlines(LIMITS, 0);
    deadlines.started(10);
    deadlines.started(200);
    expect(deadlines.passed(499)).toBeNull();
    expect(deadlines.passed(500)).toBe('The running prompt gave no sign for 300 ms');
  });

  it('counts the run from its first sign', () => {
    const deadlines = new PromptDeadlines(LIMITS, 0);
    for (let now = 10; now < 1010; now += 100) deadlines.started(now);
    expect(deadlines.nextAtMs()).toBe(1010);
    expect(deadlines.passed(1010)).toBe('The prompt ran longer than 1000 ms');
  });
});
