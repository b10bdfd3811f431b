import type { Channel } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { declareTopology, explainTopology } from './declare-topology.js';
import { buildTopology } from './topology.js';

/** A channel on which each look ends like this. */
function channelWhere(look: (name: string) => Error | undefined): { channel: Channel; seen: string[] } {
  const seen: string[] = [];
  const check = (name: string) => {
    seen.push(name);
    const error = look(name);
    return error ? Promise.reject(error) : Promise.resolve({});
  };
  return { channel: { checkExchange: check, checkQueue: check } as unknown as Channel, seen };
}

function broker(code: number, text: string): Error {
  return Object.assign(new Error(`Operation failed: QueueDeclare; ${code} with message "${text}"`), { code });
}

describe('a topology that is not ours to make', () => {
  const topology = buildTopology(['person'], { declares: false });

  it('is looked at, all of it', async () => {
    const { channel, seen } = channelWhere(() => undefined);
    await declareTopology(channel, topology);
    expect(seen).toEqual([...topology.exchanges, ...topology.queues].map(({ name }) => name));
  });

  it('has a sentence for what is missing, and is looked at again', async () => {
    const { channel, seen } = channelWhere((name) =>
      name === 'photo_repair.work.person'
        ? broker(404, `NOT_FOUND - no queue '${name}' in vhost 'photo-repair'`)
        : undefined,
    );
    await expect(declareTopology(channel, topology)).rejects.toMatchObject({
      name: 'TopologyMissing',
      kind: 'queue',
      entity: 'photo_repair.work.person',
      message:
        'The virtual host photo-repair has no queue photo_repair.work.person. ' +
        'The API makes it where its user may, or a file of definitions.',
    });
    const looks = seen.length;
    await expect(declareTopology(channel, topology)).rejects.toThrow('has no queue');
    expect(seen.length).toBe(2 * looks);
  });

  it('is not looked at again by who may not even look', async () => {
    const hidden = buildTopology(['person'], { declares: false });
    const text = "ACCESS_REFUSED - configure access to exchange 'e' in vhost '/' refused for user 'w'";
    const { channel, seen } = channelWhere(() => broker(403, text));
    await expect(declareTopology(channel, hidden)).rejects.toThrow('ACCESS_REFUSED');
    await declareTopology(channel, hidden);
    expect(seen).toHaveLength(1);
  });
});

it('knows no sentence for errors of another kind', () => {
  expect(explainTopology(new Error('NOT_FOUND - no binding'))).toBeUndefined();
  expect(explainTopology('text')).toBeUndefined();
});
