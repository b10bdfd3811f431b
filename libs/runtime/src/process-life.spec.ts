import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest';
import { createLogger } from './logger.js';
import { handleShutdown } from './process-life.js';

describe('handleShutdown', () => {
  let listeners: Map<string, (argument: unknown) => void>;
  let exit: Mock<(code?: number) => void>;
  let closeAllConnections: Mock<() => void>;

  beforeEach(() => {
    vi.useFakeTimers();
    listeners = new Map();
    vi.spyOn(process, 'on').mockImplementation((event, listener) => {
      listeners.set(String(event), listener as (argument: unknown) => void);
      return process;
    });
    exit = vi.fn<(code?: number) => void>();
    vi.spyOn(process, 'exit').mockImplementation(exit as never);
    closeAllConnections = vi.fn<() => void>();
    handleShutdown({
      server: { closeAllConnections },
      close: () => new Promise(() => undefined),
      forceAfterMs: 60_000,
      logger: createLogger('test', 'silent'),
      exitWithParent: false,
    });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('gives a closing that hangs its whole grace after SIGTERM', () => {
    listeners.get('SIGTERM')!('SIGTERM');
    vi.advanceTimersByTime(59_000);
    expect(exit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  });

  it('cuts the connections that are still open after half of it', () => {
    listeners.get('SIGTERM')!('SIGTERM');
    vi.advanceTimersByTime(29_000);
    expect(closeAllConnections).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(closeAllConnections).toHaveBeenCalledOnce();
  });

  it('gives it 5 s after an error that nobody caught', () => {
    listeners.get('uncaughtException')!(new Error('a bug'));
    vi.advanceTimersByTime(4_000);
    expect(exit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  });

  it.each([
    ['ended', () => Promise.resolve(), 0],
    ['failed', () => Promise.reject(new Error('a bug')), 1],
  ])('sends off what is left to tell when closing has %s', async (_how, close, code) => {
    const told: string[] = [];
    handleShutdown({
      close: () => close().finally(() => told.push('closed')),
      flush: () => Promise.resolve(told.push('sent off')).then(() => undefined),
      forceAfterMs: 60_000,
      logger: createLogger('test', 'silent'),
      exitWithParent: false,
    });
    listeners.get('SIGTERM')!('SIGTERM');
    await vi.waitFor(() => expect(exit).toHaveBeenCalledExactlyOnceWith(code));
    expect(told).toEqual(['closed', 'sent off']);
  });

  it('ends at once when asked twice', () => {
    listeners.get('SIGINT')!('SIGINT');
    listeners.get('SIGINT')!('SIGINT');
    expect(exit).toHaveBeenCalledExactlyOnceWith(1);
  });
});
