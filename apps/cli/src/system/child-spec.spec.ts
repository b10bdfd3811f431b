import { describe, expect, it } from 'vitest';
import { readEnv } from '../env.js';
import { planChildren, planWorkers, reachableUrl } from './child-spec.js';
import { PortPicker } from './free-port.js';

const TYPES = ['person', 'building'];

describe('planWorkers', () => {
  it('has one worker for all task types unless told otherwise', () => {
    expect(planWorkers([], TYPES)).toEqual([[]]);
    expect(planWorkers(['person', 'building'], TYPES)).toEqual([['person'], ['building']]);
    expect(planWorkers(['person+building', 'person'], TYPES)).toEqual([['person', 'building'], ['person']]);
  });

  it('names the task types that do not exist', () => {
    expect(() => planWorkers(['person+cat', 'dog'], TYPES)).toThrow('cat, dog. There are: person, building.');
  });
});

describe('planChildren', () => {
  const plan = (settings: Record<string, string>) =>
    planChildren(readEnv(settings), { apiPort: 3000, taskTypes: TYPES, ports: new PortPicker() });

  it('plans engine, API and a worker for all types, each on a port of its own', async () => {
    const children = await plan({});
    expect(children.map(({ name }) => name)).toEqual(['engine', 'api', 'worker']);
    expect(new Set(children.map(({ readyUrl }) => new URL(readyUrl).port)).size).toBe(3);
    const [engine, , worker] = children;
    expect(worker?.env.COMFYUI_URLS).toBe(`http://127.0.0.1:${engine?.env.ENGINE_PORT}`);
    expect(worker?.env.TASK_TYPES).toBe('');
    expect(children.every(({ env }) => env.PHOTO_REPAIR_EXIT_WITH_PARENT === '1')).toBe(true);
  });

  it('starts no engine beside a ComfyUI, and tells equal workers apart', async () => {
    const children = await plan({ COMFYUI_URLS: 'http://gpu:8188', WORKERS: 'person,person' });
    expect(children.map(({ name }) => name)).toEqual(['api', 'worker-person', 'worker-person-2']);
    expect(children.at(-1)?.env).toMatchObject({ COMFYUI_URLS: 'http://gpu:8188', TASK_TYPES: 'person' });
  });

  it('starts the bridge where there is a Redis, without repeating its address', async () => {
    const children = await plan({ REDIS_URL: 'redis://:geheim@127.0.0.1:6379' });
    const bridge = children.at(-1);
    expect(bridge?.name).toBe('bridge');
    expect(bridge?.readyUrl).toBe(`http://127.0.0.1:${bridge?.env.BRIDGE_PORT}/readyz`);
    expect(JSON.stringify(bridge)).not.toContain('geheim');
  });
});

it.each([
  ['0.0.0.0', 'http://127.0.0.1:3000'],
  ['::', 'http://127.0.0.1:3000'],
  ['::1', 'http://[::1]:3000'],
  ['10.0.0.5', 'http://10.0.0.5:3000'],
])('an API on %s is reached at %s', (host, url) => {
  expect(reachableUrl(host, 3000)).toBe(url);
});
