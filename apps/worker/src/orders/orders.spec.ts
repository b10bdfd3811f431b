import { ArtifactNotFound } from '@app/artifact-store';
import { createLogger } from '@app/runtime';
import { describe, expect, it, vi } from 'vitest';
import { Orders } from './orders.js';

const logger = createLogger('test', 'silent');

function ordersOf(read: () => Promise<Buffer>): Orders {
  return new Orders({ name: 'gpu-1' }, logger, { read });
}

const stored = (value: unknown) => ordersOf(() => Promise.resolve(Buffer.from(JSON.stringify(value))));

describe('the orders of a worker', () => {
  it('are none where there are none', async () => {
    const orders = ordersOf(() => Promise.reject(new ArtifactNotFound('operation/orders.json')));
    await orders.onModuleInit();
    expect([orders.isPaused, orders.pausedTypes]).toEqual([false, []]);
  });

  it('are those that lay there when it started', async () => {
    const orders = stored({ version: 1, workers: ['gpu-2', 'gpu-1'], taskTypes: ['person'] });
    await orders.onModuleInit();
    expect([orders.isPaused, orders.pausedTypes]).toEqual([true, ['person']]);
  });

  it.each([[null], [{ version: 2, workers: [], taskTypes: [] }], [{ version: 1, workers: 'all' }]])(
    'keep no worker from starting that cannot read them: %j',
    async (value) => {
      const complaints = vi.spyOn(logger, 'warn');
      complaints.mockClear();
      const orders = stored(value);
      await orders.onModuleInit();
      expect([orders.isPaused, orders.pausedTypes]).toEqual([false, []]);
      expect(complaints).toHaveBeenCalledTimes(1);
    },
  );

  it('are told on where they are other ones for this worker, and only then', () => {
    const orders = stored({});
    const changed = vi.fn<() => void>();
    orders.onChange(changed);
    orders.hear({ version: 1, workers: ['gpu-2'], taskTypes: [] });
    expect(changed).not.toHaveBeenCalled();
    orders.hear({ version: 1, workers: ['gpu-1', 'gpu-2'], taskTypes: [] });
    orders.hear({ version: 1, workers: ['gpu-1'], taskTypes: [] });
    expect(changed).toHaveBeenCalledTimes(1);
    orders.hear({ version: 1, workers: [], taskTypes: ['building'] });
    expect(changed).toHaveBeenCalledTimes(2);
    expect([orders.isPaused, orders.pausedTypes]).toEqual([false, ['building']]);
  });
});
