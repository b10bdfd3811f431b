import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { submitMany } from '../pauses/operator-calls.js';
import { AutoscaledSystem } from './autoscaled-system.js';

const PHOTOS = 60;
const QUICK_MS = 400;
const SLOW_MS = 20_000;
const patient = { timeout: 40_000, interval: 50 };

describe('a supervisor of local workers', () => {
  const vhost = withVhost();
  let system: AutoscaledSystem;
  let photos: string[];

  beforeAll(async () => {
    system = await AutoscaledSystem.start(vhost.url, QUICK_MS);
    photos = await submitMany(system.api, PHOTOS);
  });
  afterAll(() => system?.stop());

  const supervise = (more: Record<string, string> = {}) =>
    system.supervise({ AUTOSCALE_PER_WORKER: '10', ...more });

  it('starts one more above each so many that wait, a step at a time, and again what has ended by itself', async () => {
    const supervisor = supervise();
    await supervisor.says('3 wanted, 2 there; starting auto-3');
    const steps = supervisor.output.match(/\d wanted, \d there; starting auto-\d/g);
    expect(steps).toEqual(
      [1, 2, 3].map((number) => `3 wanted, ${number - 1} there; starting auto-${number}`),
    );
    await vi.waitFor(() => expect(system.workers).toHaveLength(3), patient);
    expect(system.workers.map(({ engine }) => engine)).toEqual(system.engines.map(({ url }) => url));

    // It is still starting, so that it has no photo yet.
    const { name, pid } = system.workers[2]!;
    process.kill(pid, 'SIGKILL');
    await supervisor.says(`${name} ended by itself (signal SIGKILL); starting it again in 0.5 s.`);
    await vi.waitFor(() => expect(system.workers).toHaveLength(3), patient);
    expect(system.workers[2]?.pid).not.toBe(pid);

    const second = supervise();
    expect(await second.ended()).toBe(1);
    expect(second.output).toContain('runs already');
  });

  it('finds them again after kill -9, loses and doubles nothing, and lets them go one by one', async () => {
    await vi.waitFor(async () => expect(await system.count('running')).toBeGreaterThan(0), patient);
    const before = system.workers;
    const killed = system.supervisors[0]!;
    killed.signal('SIGKILL');
    expect(await killed.ended()).toBe(null);
    expect(system.workers).toEqual(before);

    const supervisor = supervise({ AUTOSCALE_MIN: '0' });
    await supervisor.says('0 to 3 workers');
    for (const { name, pid } of before)
      expect(supervisor.output).toContain(`${name} (process ${pid}) is there already`);
    await system.untilSucceeded(PHOTOS, patient.timeout);
    await vi.waitFor(() => expect(system.workers).toEqual([]), patient);
    expect(system.processes).toEqual([]);
    expect(supervisor.times(', which does nothing')).toBe(3);
    expect(supervisor.times('starting auto-')).toBe(0);
    expect(await system.attempts(photos)).toEqual(photos.map(() => 1));
    expect(await system.prompts()).toBe(PHOTOS);
  });

  it('leaves a worker alone while it is busy, also when it has to end itself', async () => {
    const supervisor = system.supervisors.at(-1)!;
    await Promise.all(system.engines.map((engine) => engine.setPromptMs(SLOW_MS)));
    const ids = await submitMany(system.api, 1);
    await supervisor.says('0 wanted, 1 there; each has a photo in work and goes on until it has none.');
    supervisor.signal('SIGTERM');
    await supervisor.says('Stopping auto-1: each finishes its photo first.');
    expect(await system.count('running')).toBe(1);
    expect(await supervisor.ended()).toBe(0);
    expect(system.processes).toEqual([]);
    await system.untilSucceeded(PHOTOS + 1, patient.timeout);
    expect(await system.attempts(ids)).toEqual([1]);
    expect(await system.prompts()).toBe(PHOTOS + 1);
  });
});
