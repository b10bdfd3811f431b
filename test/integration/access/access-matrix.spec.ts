import type { Problem } from '@app/contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TestApi } from '../../support/test-api.js';
import { withVhost } from '../../support/vhost.js';
import { AccessCast, pathOf, type Player } from './access-cast.js';
import { expected, SUBJECTS, WHO_MAY, type Answer, type Rule, type Subject } from './access-table.js';
import { routesOf, type Route } from './routes.js';

/** A library's own files beside the documentation page. */
const isPartOfDocs = ({ path }: Route) => path.startsWith('/docs/') && path !== '/docs/';
const REFUSALS: readonly string[] = ['not_found', 'unauthorized', 'forbidden', 'read_only_link'];

describe('every route, for everybody, about everything', () => {
  const vhost = withVhost();
  let api: TestApi;
  let cast: AccessCast;
  let routes: Route[];

  beforeAll(async () => {
    // As a machine that others can reach; no limits, for thousands of requests come from here.
    api = await TestApi.start({ AMQP_URL: vhost.url, API_HOST: '0.0.0.0', RATE_LIMIT: '0' });
    await vi.waitFor(async () => expect(await api.ready()).toBe(true), { timeout: 15_000 });
    const types = { task_types: { person: 'person' } };
    expect((await api.as('operator').send('PUT', '/v1/admin/groups/museum', types)).status).toBe(200);
    cast = new AccessCast(api);
    routes = routesOf(api.app).filter((route) => !isPartOfDocs(route));
  });
  afterAll(() => api.remove());

  it('has a line in the table, and every line has a route', () => {
    const found = routes.map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(found)].toSorted()).toEqual(Object.keys(WHO_MAY).toSorted());
  });

  describe.each(Object.entries(WHO_MAY))('%s: %s', (name, rule) => {
    const [method = '', path = ''] = name.split(' ');
    const isAboutSomething = /^(look at|change|give)/.test(rule);
    const subjects: (Subject | null)[] = isAboutSomething ? [...SUBJECTS] : [null];

    it('lets in who may, and nobody else', { timeout: 120_000 }, async () => {
      let players = await cast.gather();
      const wrong: string[] = [];
      const refusals = new Set<string>();
      for (let index = 0; index < players.length; index += 1) {
        for (const subject of subjects) {
          const player = players[index]!;
          const promised = expected(rule, player.role, subject);
          if (promised === undefined) continue;
          for (const each of method === 'GET' ? ['GET', 'HEAD'] : [method]) {
            const answered = await ask(each, pathOf(path, rule, player, subject), player);
            if (answered.answer === 'not_found') refusals.add(answered.body);
            if (!agrees(each, answered, promised)) {
              wrong.push(
                `${player.name}, ${subject ?? 'in general'}, ${each}: ${answered.answer}, not ${promised}`,
              );
            }
          }
          if (promised === 'in' && method === 'DELETE') players = await cast.gather();
        }
      }
      expect(wrong).toEqual([]);
      expect(refusals.size).toBeLessThanOrEqual(1);
    });
  });

  /** HEAD has no body to tell the problem by; its status has to be that of the problem. */
  function agrees(method: string, { answer, status }: Answered, promised: Answer): boolean {
    if (method !== 'HEAD') return answer === promised;
    const statuses = { not_found: 404, unauthorized: 401, forbidden: 403, read_only_link: 403 };
    return promised === 'in' ? !Object.values(statuses).includes(status) : status === statuses[promised];
  }

  interface Answered {
    answer: string;
    status: number;
    /** Without the id of the request. */
    body: string;
  }

  async function ask(method: string, path: string, player: Player): Promise<Answered> {
    const abort = new AbortController();
    const headers: Record<string, string> = { ...(await credentials(player)) };
    const response = await fetch(`${api.url}${path}`, { method, headers, signal: abort.signal });
    try {
      const { status } = response;
      expect(status, `${method} ${path}`).toBeLessThan(500);
      if (!response.headers.get('content-type')?.startsWith('application/problem+json')) {
        return { answer: 'in', status, body: '' };
      }
      if (method === 'HEAD') return { answer: 'in', status, body: '' };
      const { request_id: _, ...problem } = (await response.json()) as Problem;
      const answer = REFUSALS.includes(problem.code) ? problem.code : 'in';
      return { answer, status, body: JSON.stringify(problem) };
    } finally {
      abort.abort();
    }
  }

  async function credentials({ role, caller }: Player): Promise<Record<string, string>> {
    if (role === 'nobody') return {};
    return caller.token === undefined ? { cookie: caller.cookie! } : caller.headers();
  }
});

it('expects something of every rule', () => {
  const rules = [...new Set(Object.values(WHO_MAY))];
  const subjectOf = (rule: Rule) => (/^(look at|change|give)/.test(rule) ? 'foreign' : null);
  expect(rules.filter((rule) => expected(rule, 'key', subjectOf(rule)) === undefined)).toEqual([]);
});
