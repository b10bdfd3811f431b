import { describe, expect, it } from 'vitest';
import { RunPermits } from './run-permits.js';

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Runs by name: which go on, and how to end them. */
function start() {
  const permits = new RunPermits();
  const running = new Map<string, () => void>();
  const run = (name: string, alone = false, signal = never) =>
    permits.run(
      async () => {
        await new Promise<void>((end) => running.set(name, end));
        running.delete(name);
        return name;
      },
      { alone, signal },
    );
  const end = async (name: string) => {
    running.get(name)!();
    await turn();
  };
  return { run, end, running: () => [...running.keys()] };
}

describe('the permits to run', () => {
  it('let a suspect run alone, between those before it and those after it', async () => {
    const { run, end, running } = start();
    const all = [run('a'), run('b'), run('suspect', true), run('c'), run('d')];
    await turn();
    expect(running()).toEqual(['a', 'b']);
    await end('a');
    expect(running()).toEqual(['b']);
    await end('b');
    expect(running()).toEqual(['suspect']);
    await end('suspect');
    expect(running()).toEqual(['c', 'd']);
    await end('c');
    await end('d');
    expect(await Promise.all(all)).toEqual(['a', 'b', 'suspect', 'c', 'd']);
  });

  it('let two suspects run one after the other', async () => {
    const { run, end, running } = start();
    void run('one', true);
    void run('two', true);
    await turn();
    expect(running()).toEqual(['one']);
    await end('one');
    expect(running()).toEqual(['two']);
  });

  it('are given to those behind one who gives up', async () => {
    const { run, end, running } = start();
    const life = new AbortController();
    void run('a');
    const suspect = run('suspect', true, life.signal);
    void run('b');
    await turn();
    expect(running()).toEqual(['a']);
    life.abort();
    expect(await suspect).toBeUndefined();
    await turn();
    expect(running()).toEqual(['a', 'b']);
    expect(await run('late', false, life.signal)).toBeUndefined();
    await end('a');
    await end('b');
    void run('c', true);
    await turn();
    expect(running()).toEqual(['c']);
  });

  it('are free again after a run that failed', async () => {
    const { run, running } = start();
    const permits = new RunPermits();
    const failing = () => Promise.reject(new Error('broken'));
    await expect(permits.run(failing, { alone: true, signal: never })).rejects.toThrow('broken');
    expect(await permits.run(async () => 'ran', { alone: false, signal: never })).toBe('ran');
    void run('a');
    expect(running()).toEqual(['a']);
  });
});
