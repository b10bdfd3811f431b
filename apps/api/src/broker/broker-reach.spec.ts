import type { BrokerState, ConfirmPublisher } from '@app/messaging';
import { expect, it, vi } from 'vitest';
import type { BrokerConnections } from './broker-connections.js';
import { BrokerReach } from './broker-reach.js';

/** A connection that is as it is told, whose channel opens when `open` is called. */
function bench() {
  let listener: (state: BrokerState) => void = () => undefined;
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const publish = {
    state: 'connecting' as BrokerState,
    onState: (given: typeof listener) => {
      listener = given;
      return () => undefined;
    },
  };
  const publisher = { whenReady: () => opened } as unknown as ConfirmPublisher;
  const reach = new BrokerReach({ publish } as unknown as BrokerConnections, publisher);
  const become = (state: BrokerState) => {
    publish.state = state;
    listener(state);
  };
  return { reach, become, open };
}

it('forgets what failed before the connection was there, although nothing is published', async () => {
  const { reach, become, open } = bench();
  const told: boolean[] = [];
  const returned = vi.fn<() => void>();
  reach.onChange((away) => told.push(away));
  reach.onReturn(returned);
  reach.failed();
  become('connected');
  // Its channel is not open yet.
  expect([reach.away, told]).toEqual([true, []]);
  open();
  await vi.waitFor(() => expect(returned).toHaveBeenCalledOnce());
  expect([reach.away, told]).toEqual([false, [false]]);
});

it('is away from a failure on until something is published', () => {
  const { reach, become } = bench();
  become('connected');
  expect(reach.away).toBe(false);
  reach.failed();
  expect(reach.away).toBe(true);
  reach.worked();
  expect(reach.away).toBe(false);
});
