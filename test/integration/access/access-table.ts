/** Who may use which route: what the API promises, written down once more, apart from the code that keeps it. */
export const WHO_MAY: Record<string, Rule> = {
  'GET /livez': 'everybody',
  'GET /readyz': 'everybody',
  'GET /metrics': 'machine',
  'GET /docs': 'machine',
  'GET /docs/': 'machine',
  'GET /openapi.json': 'machine',

  'GET /v1/session': 'anybody',
  'POST /v1/session': 'newcomers',
  'GET /v1/task-types': 'anybody',
  'POST /v1/links/open': 'newcomers',

  'POST /v1/tasks': 'newcomers',
  'GET /v1/tasks': 'owners',
  'GET /v1/tasks/:id': 'look at the task',
  'DELETE /v1/tasks/:id': 'change the task',
  'POST /v1/tasks/:id/cancel': 'change the task',
  'POST /v1/tasks/:id/retry': 'change the task',
  'GET /v1/tasks/:id/timeline': 'look at the task',
  'GET /v1/tasks/:id/original': 'look at the task',
  'GET /v1/tasks/:id/result': 'look at the task',
  'GET /v1/tasks/:id/thumbnail': 'look at the task',
  'GET /v1/tasks/:id/events': 'look at the task',

  'OPTIONS /v1/uploads': 'anybody',
  'OPTIONS /v1/uploads/:id': 'anybody',
  'POST /v1/uploads': 'senders',
  'HEAD /v1/uploads/:id': 'change the upload',
  'PATCH /v1/uploads/:id': 'change the upload',
  'DELETE /v1/uploads/:id': 'change the upload',

  'POST /v1/albums': 'newcomers',
  'GET /v1/albums': 'owners',
  'GET /v1/albums/:id': 'look at the album',
  'PATCH /v1/albums/:id': 'change the album',
  'DELETE /v1/albums/:id': 'change the album',
  'GET /v1/albums/:id/tasks': 'look at the album',
  'POST /v1/albums/:id/tasks': 'change the album',
  'POST /v1/albums/:id/cancel': 'change the album',
  'POST /v1/albums/:id/retry': 'change the album',
  'GET /v1/albums/:id/results.zip': 'look at the album',
  'POST /v1/albums/:id/results.zip': 'look at the album',
  'GET /v1/albums/:id/manifest.csv': 'look at the album',
  'GET /v1/albums/:id/events': 'look at the album',
  'GET /v1/albums/:id/links': 'give the album to others',
  'POST /v1/albums/:id/links': 'give the album to others',
  'DELETE /v1/albums/:id/links/:linkId': 'give the album to others',

  'GET /v1/downloads/:token': 'anybody',

  'GET /v1/webhook': 'keys',
  'PUT /v1/webhook': 'keys',
  'DELETE /v1/webhook': 'keys',
  'GET /v1/webhook/secret': 'keys',
  'POST /v1/webhook/secret': 'keys',
  'GET /v1/deliveries': 'keys',
  'GET /v1/deliveries/:id': 'keys',
  'POST /v1/deliveries/:id/redeliver': 'keys',

  'GET /v1/admin/keys': 'viewers',
  'POST /v1/admin/keys': 'operators',
  'DELETE /v1/admin/keys/:id': 'operators',
  'GET /v1/admin/overview': 'viewers',
  'GET /v1/admin/workers': 'viewers',
  'GET /v1/admin/workflows': 'viewers',
  'GET /v1/admin/history': 'viewers',
  'GET /v1/admin/tasks': 'viewers',
  'GET /v1/admin/tasks/:id': 'viewers',
  'GET /v1/admin/failures': 'viewers',
  'POST /v1/admin/operations': 'operators',
  'GET /v1/admin/operations': 'viewers',
  'GET /v1/admin/operations/:id': 'viewers',
  'DELETE /v1/admin/operations/:id': 'operators',
  'POST /v1/admin/imports': 'operators',
  'GET /v1/admin/deliveries': 'viewers',
  'POST /v1/admin/deliveries/:id/redeliver': 'operators',
  'GET /v1/admin/pauses': 'viewers',
  'PUT /v1/admin/pauses/intake': 'operators',
  'DELETE /v1/admin/pauses/intake': 'operators',
  'PUT /v1/admin/pauses/types/:type': 'operators',
  'DELETE /v1/admin/pauses/types/:type': 'operators',
  'PUT /v1/admin/pauses/workers/:worker': 'operators',
  'DELETE /v1/admin/pauses/workers/:worker': 'operators',
  'PUT /v1/admin/albums/:id/priority': 'operators',
  'GET /v1/admin/audit': 'viewers',
  'GET /v1/admin/groups/:name': 'viewers',
  'PUT /v1/admin/groups/:name': 'operators',
};

export type Rule =
  | 'everybody'
  | 'anybody'
  | 'newcomers'
  | 'senders'
  | 'owners'
  | 'keys'
  | 'viewers'
  | 'operators'
  | 'machine'
  | `${'look at' | 'change'} the ${'task' | 'album'}`
  | 'change the upload'
  | 'give the album to others';

/** What a caller is to the API. */
export type Role =
  | 'nobody'
  | 'visitor'
  | 'key'
  | 'view guest'
  | 'edit guest'
  | 'view link'
  | 'edit link'
  | 'viewer'
  | 'operator'
  | 'dead';

/** The problem that is answered, or `in`: let through, whatever the route says then. */
export type Answer = 'in' | 'not_found' | 'unauthorized' | 'forbidden' | 'read_only_link';

type Line = Record<Exclude<Role, 'dead'>, Answer>;

const all = (answer: Answer): Line => ({
  nobody: answer,
  visitor: answer,
  key: answer,
  'view guest': answer,
  'edit guest': answer,
  'view link': answer,
  'edit link': answer,
  viewer: answer,
  operator: answer,
});
const LINKS_KEPT_OUT = { 'view link': 'read_only_link', 'edit link': 'forbidden' } as const;
const ONLY_BY_KEY: Line = {
  ...all('unauthorized'),
  key: 'forbidden',
  'view link': 'forbidden',
  'edit link': 'forbidden',
};

/** Of routes that are about nothing in particular. Here the API can be reached from other machines. */
const GENERAL: Partial<Record<Rule, Line>> = {
  anybody: all('in'),
  newcomers: { ...all('in'), ...LINKS_KEPT_OUT },
  senders: { ...all('in'), 'view link': 'read_only_link' },
  owners: { ...all('in'), nobody: 'unauthorized', ...LINKS_KEPT_OUT },
  keys: {
    ...all('in'),
    nobody: 'unauthorized',
    visitor: 'forbidden',
    'view guest': 'forbidden',
    'edit guest': 'forbidden',
    ...LINKS_KEPT_OUT,
  },
  viewers: { ...ONLY_BY_KEY, viewer: 'in', operator: 'in' },
  operators: { ...ONLY_BY_KEY, viewer: 'forbidden', operator: 'in' },
  machine: { ...all('not_found'), key: 'forbidden', viewer: 'in', operator: 'in' },
};

/** Of one's own tasks, albums and uploads; of a link and of its guests, what it opens. */
const OWN: Partial<Record<Rule, Line>> = {
  'look at the task': all('in'),
  'look at the album': all('in'),
  'change the task': { ...all('in'), 'view guest': 'read_only_link', 'view link': 'read_only_link' },
  'change the album': { ...all('in'), 'view guest': 'read_only_link', 'view link': 'read_only_link' },
  'change the upload': all('in'),
  'give the album to others': {
    ...all('in'),
    'view guest': 'read_only_link',
    'view link': 'read_only_link',
    'edit guest': 'forbidden',
    'edit link': 'forbidden',
  },
};

/** Of those of others. */
const FOREIGN: Partial<Record<Rule, Line>> = {
  'look at the task': { ...all('not_found'), viewer: 'in', operator: 'in' },
  'look at the album': { ...all('not_found'), viewer: 'in', operator: 'in' },
  'change the task': { ...all('not_found'), viewer: 'forbidden', operator: 'in' },
  'change the album': { ...all('not_found'), viewer: 'forbidden', operator: 'in' },
  'change the upload': all('not_found'),
  'give the album to others': { ...all('not_found'), viewer: 'forbidden', operator: 'in' },
};

/** Which task or album a request names. */
export const SUBJECTS = ['own', 'foreign', 'unknown', 'malformed'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** What the API has to answer; undefined where there is no such case. */
export function expected(rule: Rule, role: Role, subject: Subject | null): Answer | undefined {
  if (rule === 'everybody') return 'in';
  if (role === 'dead') return 'unauthorized';
  if (subject === null) return GENERAL[rule]?.[role];
  if (subject === 'own') return role === 'nobody' ? undefined : OWN[rule]?.[role];
  return subject === 'foreign' ? FOREIGN[rule]?.[role] : 'not_found';
}
