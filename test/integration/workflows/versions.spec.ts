import type { NewApiKeyView, Problem, TaskTypeView, TaskView } from '@app/contracts';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import type { TestCaller } from '../../support/test-caller.js';
import { withVhost } from '../../support/vhost.js';

describe('versions of a workflow side by side', () => {
  const vhost = withVhost();
  let api: TestApi;
  let folder: string;
  let photo: Buffer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'workflows-'));
    const person = resolve('workflows/DDColor人物黑白修复');
    await cp(`${person}.json`, join(folder, 'DDColor人物黑白修复.json'));
    await cp(`${person}.task-type.json`, join(folder, 'DDColor人物黑白修复.task-type.json'));
    await cp(`${person}.json`, join(folder, 'DDColor人物黑白修复@2.json'));
    await cp(resolve('workflows/upscale.json'), join(folder, 'larger@3.json'));
    await cp(resolve('workflows/upscale.json'), join(folder, 'larger@12.json'));
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    api = await TestApi.start({ AMQP_URL: vhost.url, WORKFLOWS_DIR: folder });
    const types = { task_types: { person: 'person@2', larger: 'larger@3' } };
    expect((await api.as('operator').send('PUT', '/v1/admin/groups/museum', types)).status).toBe(200);
  });
  afterAll(async () => {
    await api?.remove();
    await rm(folder, { recursive: true });
  });

  const keyIn = async (chosen: object): Promise<TestCaller> => {
    const response = await api.as('operator').send('POST', '/v1/admin/keys', { name: 'k', ...chosen });
    expect(response.status).toBe(201);
    return api.as(((await response.json()) as NewApiKeyView).token);
  };
  const typeFor = async (caller: TestCaller, type: string): Promise<string> => {
    const response = await caller.submit(photo, 'a.jpg', { type });
    if (response.status === 202) return ((await response.json()) as TaskView).type;
    return ((await response.json()) as Problem).code;
  };

  it('are task types of their own, with queues of their own', async () => {
    const { items } = (await (await api.fetch('/v1/task-types')).json()) as { items: TaskTypeView[] };
    expect(items.map(({ type, version }) => [type, version])).toEqual([
      ['larger@12', 12],
      ['larger@3', 3],
      ['person', null],
      ['person@2', 2],
    ]);
    for (const { type } of items) {
      await expect.poll(() => vhost.queue(`photo_repair.work.${type}`), { timeout: 15_000 }).toBeDefined();
    }
  });

  it('are asked for by name, by file, or by the name alone', async () => {
    const visitor = api.visitor();
    expect(await typeFor(visitor, 'person@2')).toBe('person@2');
    expect(await typeFor(visitor, 'person')).toBe('person');
    expect(await typeFor(visitor, 'DDColor人物黑白修复@2.json')).toBe('person@2');
    expect(await typeFor(visitor, 'DDColor人物黑白修复.json'.normalize('NFD'))).toBe('person');
    expect(await typeFor(visitor, 'larger')).toBe('larger@12');
    expect(await typeFor(visitor, 'person@3')).toBe('unknown_task_type');
  });

  it('are what a group gets under the name of the type', async () => {
    const member = await keyIn({ group: 'museum', allowed_types: ['person', 'larger'] });
    expect(await typeFor(member, 'person')).toBe('person@2');
    expect(await typeFor(member, 'DDColor人物黑白修复')).toBe('person@2');
    expect(await typeFor(member, 'larger')).toBe('larger@3');
    expect(await typeFor(member, 'person@2')).toBe('task_type_not_allowed');
    expect(await typeFor(await keyIn({}), 'person')).toBe('person');
  });

  it('stand in their own line and can be listed by it', async () => {
    const caller = await keyIn({ group: 'museum' });
    const sent = (await (await caller.submit(photo)).json()) as TaskView;
    const list = await caller.fetch('/v1/tasks?type=person@2');
    expect(list.status).toBe(200);
    expect(((await list.json()) as { items: TaskView[] }).items.map(({ id }) => id)).toEqual([sent.id]);
    expect(await (await fetch(`${api.url}/metrics`)).text()).toMatch(
      /^photo_repair_tasks_submitted_total\{type="person@2",channel="http"\} [1-9]/m,
    );
  });

  it('come and go while the API runs, and a broken file takes no other one down', async () => {
    const keys = async (): Promise<string[]> => {
      const { items } = (await (await api.fetch('/v1/task-types')).json()) as { items: TaskTypeView[] };
      return items.map(({ type }) => type);
    };
    const before = await keys();
    await writeFile(join(folder, 'broken.json'), '{"1": ');
    await cp(resolve('workflows/dust-scratches.json'), join(folder, 'dropped in.json'));
    await expect.poll(keys, { timeout: 20_000 }).toEqual(['dropped-in', ...before]);
    await rm(join(folder, 'dropped in.json'));
    await expect.poll(keys, { timeout: 20_000 }).toEqual(before);
  });
});
