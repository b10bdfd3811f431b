import { describe, expect, it } from 'vitest';
import {
  buildBridgeTopology,
  buildIntakeTopology,
  buildTopology,
  growTopology,
  retryLevelFor,
} from './topology.js';
import { validateTopology } from './validate-topology.js';

describe('the topology', () => {
  it('grows by one queue and its bindings with a task type', () => {
    const one = buildTopology(['person']);
    const two = buildTopology(['person', 'building']);
    expect(two.exchanges).toEqual(one.exchanges);
    expect(two.queues.length).toBe(one.queues.length + 1);
    expect(two.bindings.filter(({ routingKey }) => routingKey === 'building')).toEqual([
      { queue: 'photo_repair.work.building', exchange: 'photo_repair.work', routingKey: 'building' },
      { queue: 'photo_repair_tasks', exchange: 'photo_repair_tasks', routingKey: 'building' },
    ]);
  });

  it('leads nothing of other systems past the entrance', () => {
    const { bindings, retired } = buildTopology(['person', 'building']);
    const entrances = ['photo_repair_tasks', 'photo_repair.unrouted'];
    const fromOutside = bindings.filter(({ exchange }) => entrances.includes(exchange));
    expect(new Set(fromOutside.map(({ queue }) => queue))).toEqual(new Set(['photo_repair_tasks']));
    // As it once was.
    expect(retired).toContainEqual({
      queue: 'photo_repair.work.building',
      exchange: 'photo_repair_tasks',
      routingKey: 'building',
    });
  });

  it('has a part for a virtual host of other systems, which grows with it', () => {
    const intake = buildIntakeTopology(['person']);
    expect(intake.queues).toEqual([{ name: 'photo_repair_tasks', arguments: {} }]);
    expect(growTopology(intake, ['building'])).toBe(true);
    expect(intake).toEqual(buildIntakeTopology(['person', 'building']));
  });

  it('says whether this program makes it, also when it has grown', () => {
    expect(buildTopology(['person']).declares).toBe(true);
    for (const build of [buildTopology, buildIntakeTopology]) {
      const topology = build(['person'], { declares: false });
      growTopology(topology, ['building']);
      expect(topology).toEqual(build(['person', 'building'], { declares: false }));
    }
  });

  it('has quorum queues where that is asked for, but for those with priorities and that of other systems', () => {
    const topology = buildTopology(['person'], { queueType: 'quorum' });
    growTopology(topology, ['building']);
    expect(topology).toEqual(buildTopology(['person', 'building'], { queueType: 'quorum' }));
    const typeOf = (name: string) =>
      topology.queues.find((queue) => queue.name === name)?.arguments['x-queue-type'];
    expect(['photo_repair.work.person', 'photo_repair.work.building'].map(typeOf)).toEqual([
      'classic',
      'classic',
    ]);
    expect(typeOf('photo_repair_tasks')).toBeUndefined();
    const others = topology.queues.map(({ name }) => name).filter((name) => !/work|tasks/.test(name));
    expect(others).toHaveLength(7);
    expect(new Set(others.map(typeOf))).toEqual(new Set(['quorum']));
    expect(buildBridgeTopology({ queueType: 'quorum' }).queues.map(({ name }) => typeOf(name))).toEqual([
      'quorum',
      'quorum',
      'quorum',
    ]);
  });

  it('has a part for who vouches for tasks, that is the same whatever types there are', () => {
    const { exchanges, queues, bindings, declares } = buildBridgeTopology({ declares: false });
    const whole = buildTopology(['person', 'building']);
    expect(whole.exchanges).toEqual(expect.arrayContaining([...exchanges]));
    expect(whole.queues).toEqual(expect.arrayContaining([...queues]));
    expect(whole.bindings).toEqual(expect.arrayContaining([...bindings]));
    expect(queues.map(({ name }) => name).sort()).toEqual([
      'photo_repair.bridge_answers',
      'photo_repair.parking',
      'photo_repair.vouched',
    ]);
    expect(bindings).toHaveLength(2);
    expect(declares).toBe(false);
  });

  it('names a retry level by its delay, so that another delay is another queue', () => {
    const { queues, retryDelaysMs } = buildTopology(['person'], { retryDelaysMs: [60_000, 250] });
    expect(retryDelaysMs).toEqual([250, 60_000]);
    expect(queues.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['photo_repair.retry_after.60s', 'photo_repair.retry_after.250ms']),
    );
  });

  it.each([
    [[], undefined, 'there is no task type'],
    [['person', 'person'], undefined, "queue 'photo_repair.work.person' is declared twice"],
    [['Person'], undefined, "'Person' is no valid task type key"],
    [['person'], [0], 'a retry delay of 0 ms'],
    [['person'], [1.5], 'a retry delay of 1.5 ms'],
    [['person'], [], 'there is no retry delay'],
    [['person'], [5000, 5000], "queue 'photo_repair.retry_after.5s' is declared twice"],
  ])('refuses %j with %j', (taskTypes, retryDelaysMs, problem) => {
    expect(() => buildTopology(taskTypes, { ...(retryDelaysMs && { retryDelaysMs }) })).toThrow(problem);
  });

  it('is not valid where a binding or a dead letter leads nowhere', () => {
    const topology = buildTopology(['person']);
    const without = (exchange: string) => ({
      ...topology,
      exchanges: topology.exchanges.filter(({ name }) => name !== exchange),
    });
    expect(validateTopology(topology)).toEqual([]);
    expect(validateTopology(without('photo_repair.dlx'))).toEqual([
      "queue 'photo_repair.work.person' dead-letters to an exchange that is not declared",
      "a binding names the exchange 'photo_repair.dlx', which is not declared",
    ]);
    const unbound = topology.bindings.filter(({ exchange }) => exchange !== 'photo_repair.dlx');
    expect(validateTopology({ ...topology, bindings: unbound })).toEqual([
      "exchange 'photo_repair.dlx' leads nowhere",
    ]);
    const bindings = [{ queue: 'q', exchange: 'photo_repair_tasks', routingKey: '' }, ...topology.bindings];
    expect(validateTopology({ ...topology, bindings })).toEqual([
      "a binding names the queue 'q', which is not declared",
    ]);
  });

  it.each([
    [0, 5000],
    [5000, 5000],
    [5001, 30_000],
    [1e9, 30_000],
  ])('waits for %i ms in the level of %i ms', (delayMs, levelMs) => {
    expect(retryLevelFor(buildTopology(['person']), delayMs)).toBe(levelMs);
  });
});
