import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { withWorkingDay } from './working-day.js';

describe('a run that is interrupted', () => {
  const day = withWorkingDay();
  let engine: TestEngine;

  beforeEach(async () => {
    engine = await startEngine();
    engine.colouriser.hold();
  });
  afterEach(() => engine.remove());

  const coloursOne = () => vi.waitFor(() => expect(engine.colouriser.busy).toBe(1), { timeout: 20_000 });

  it('by kill -9 goes on in the engine, and the next worker takes what comes of it', async () => {
    const first = await day.startWorker(engine.url);
    const id = await day.submit();
    await coloursOne();
    await first.end('SIGKILL');
    const second = await day.startWorker(engine.url);
    await vi.waitFor(() => expect(second.output).toContain('"found":"running"'), { timeout: 20_000 });
    engine.colouriser.release();
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 1 });
    expect(engine.colouriser.calls).toBe(1);
    await day.expectQuiet();
  });

  it('by kill -9 is not run again where the engine has ended it meanwhile', async () => {
    const first = await day.startWorker(engine.url);
    const id = await day.submit();
    await coloursOne();
    await first.end('SIGKILL');
    engine.colouriser.release();
    await vi.waitFor(() => expect(engine.colouriser.busy).toBe(0));
    const second = await day.startWorker(engine.url);
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 1 });
    expect(second.output).toContain('"found":"finished"');
    expect(engine.colouriser.calls).toBe(1);
    await day.expectQuiet();
  });

  it('by an engine that was restarted as well is run anew, as the same attempt', async () => {
    const first = await day.startWorker(engine.url);
    const id = await day.submit();
    await coloursOne();
    await first.end('SIGKILL');
    await engine.close();
    engine = await startEngine({ port: engine.port, dir: engine.dir });
    await day.startWorker(engine.url);
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 1 });
    expect(engine.colouriser.calls).toBe(1);
    await day.expectQuiet();
  });

  it('by a stop ends well within the grace, and nothing new is begun', async () => {
    const worker = await day.startWorker(engine.url, { SHUTDOWN_GRACE: '60s' });
    const running = await day.submit();
    await coloursOne();
    const waiting = await day.submit();
    const ended = worker.end('SIGTERM');
    await vi.waitFor(() => expect(worker.output).toContain('stopping'));
    engine.colouriser.release();
    expect(await ended).toBe(0);
    await day.reach(running, 'succeeded');
    expect((await day.api.task(waiting)).status).toBe('queued');
    await day.startWorker(engine.url);
    await day.reach(waiting, 'succeeded');
    await day.expectQuiet();
  });

  it('by a stop beyond the grace is back in line at once, and is run by the next worker', async () => {
    const first = await day.startWorker(engine.url, { SHUTDOWN_GRACE: '500ms' });
    const id = await day.submit();
    await coloursOne();
    await day.reach(id, 'running');
    expect(await first.end('SIGTERM')).toBe(0);
    expect(await day.reach(id, 'queued')).toMatchObject({ attempts: 1, error: null });
    await day.vhost.expectReady({ 'photo_repair.work.person': 1 });
    expect(engine.colouriser.busy).toBe(0);
    engine.colouriser.release();
    await day.startWorker(engine.url);
    expect(await day.reach(id, 'succeeded')).toMatchObject({ attempts: 1 });
    expect(engine.colouriser.calls).toBe(2);
    await day.expectQuiet();
  });

  it('by its owner frees the engine, which would go on for ever, for the next task', async () => {
    await day.startWorker(engine.url);
    const cancelled = await day.submit();
    const next = await day.submit();
    await coloursOne();
    await day.reach(cancelled, 'running');
    await day.cancel(cancelled);
    await vi.waitFor(() => expect(engine.colouriser.calls).toBe(2), { timeout: 20_000, interval: 20 });
    engine.colouriser.release();
    await day.reach(next, 'succeeded');
    expect(await day.api.task(cancelled)).toMatchObject({ status: 'cancelled', error: null });
    await day.expectQuiet();
  });
});
