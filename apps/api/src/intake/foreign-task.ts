import { ForeignFields, isObject } from './foreign-fields.js';
import { readForeignBody, type ForeignEnvelope } from './read-foreign-body.js';
import { Refused, type Refusal } from './refusal.js';

/** Where the photo of a message is: at an address, or put down in the artifact store by a program of ours. */
export type PhotoSource =
  | { kind: 'url'; url: string }
  /** `filename`: what it was called where it comes from. */
  | { kind: 'stored'; key: string; filename: string | null };

/** What a foreign message says, by whatever names its sender uses. Nothing is looked up yet. */
export interface ForeignTask {
  /** The sender's own id. */
  taskId: string | null;
  /** A task type, a workflow file or an alias; null where only the routing key says it. */
  type: string | null;
  source: PhotoSource;
  parameters: Record<string, unknown>;
  callbackUrl: string | null;
  clientRef: string | null;
  /** As it was sent; any number. */
  priority: number | null;
  /** Whether the sender wants to hear of the progress. */
  progress: boolean;
  /** Whose task the body says it is; may be forged. */
  claims: string[];
}

/** Either, never both; of a refused one the sender's id as far as it can be read. */
export type Reading = { task: ForeignTask } | { refusal: Refusal; taskId: string | null };

/** Names of the types, and of what would be a graph: none of them may hold an object. */
const TYPE_FIELDS = ['workflow_type', 'type', 'task_type', 'workflow'] as const;
const GRAPH_FIELDS = [...TYPE_FIELDS, 'prompt', 'graph'] as const;
/** Where a photo lies in our store is nobody's to say. */
const STORAGE_FIELDS = ['image_key', 'original', 'artifact', 'storage_key'] as const;

const MOST_NAME = 200;
/** Addresses with a signature in them are long; the guard of addresses has a limit of its own. */
const MOST_URL = 8192;

/** Reads one message. Never throws, whatever the bytes are. */
export function readForeignTask(envelope: ForeignEnvelope): Reading {
  let body: Record<string, unknown> = {};
  try {
    body = readForeignBody(envelope);
    return { task: read(new ForeignFields(body)) };
  } catch (error) {
    const refused =
      error instanceof Refused ? error : new Refused('malformed', 'The message cannot be read.');
    return { refusal: { code: refused.code, message: refused.message }, taskId: idIn(body) };
  }
}

function idIn(body: Record<string, unknown>): string | null {
  const id = body['task_id'];
  const text = typeof id === 'number' ? String(id) : id;
  return typeof text === 'string' && text !== '' && text.length <= MOST_NAME ? text : null;
}

function read(fields: ForeignFields): ForeignTask {
  refuseVersion(fields);
  refuseGraphs(fields);
  return {
    taskId: fields.id(MOST_NAME, 'task_id'),
    type: fields.text(MOST_NAME, ...TYPE_FIELDS),
    source: readSource(fields),
    parameters: fields.object('parameters', 'params') ?? {},
    callbackUrl: fields.text(MOST_URL, 'callback_url', 'callback'),
    clientRef: fields.text(MOST_NAME, 'client_ref'),
    priority: fields.number('priority'),
    progress: fields.flag('progress'),
    claims: ['tenant_id', 'user_id'].flatMap((name) => fields.id(MOST_NAME, name) ?? []),
  };
}

function refuseVersion(fields: ForeignFields): void {
  const version = fields.one('schema_version') ?? 1;
  if (version !== 1) throw new Refused('unsupported_version', 'The only "schema_version" is 1.');
}

function refuseGraphs(fields: ForeignFields): void {
  const graph = GRAPH_FIELDS.find((name) => isObject(fields.one(name)));
  if (graph === undefined) return;
  throw new Refused('malformed', `"${graph}" has to be a name: whole workflows are not taken.`);
}

function readSource(fields: ForeignFields): PhotoSource {
  const image = fields.one('image');
  const storage = STORAGE_FIELDS.find((name) => fields.has(name));
  if (storage !== undefined || (isObject(image) && 'key' in image)) {
    throw new Refused('not_found', 'A message cannot name a stored photo.');
  }
  const key = fields.text(MOST_NAME, 'stored_photo');
  const input = fields.text(MOST_URL, 'input');
  const [inputUrl, inputPath] = isHttpUrl(input) ? [input, null] : [null, input];
  const path = fields.text(MOST_URL, 'image_path') ?? inputPath;
  const url = sameOrOnly(fields.text(MOST_URL, 'image_url'), inputUrl);
  if ([key, path, url].filter((each) => each !== null).length > 1) {
    throw new Refused('malformed', 'The message names more than one photo.');
  }
  if (key !== null) return { kind: 'stored', key, filename: fields.text(MOST_NAME, 'filename') };
  if (url !== null) return { kind: 'url', url };
  if (path === null) throw new Refused('malformed', 'The message names no photo: "image_url" is missing.');
  throw new Refused(
    'not_found',
    'A message cannot name a file: the path is of another machine. Give an "image_url".',
  );
}

function sameOrOnly(url: string | null, input: string | null): string | null {
  if (url === null || input === null || url === input) return url ?? input;
  throw new Refused('malformed', '"image_url" and "input" are different addresses.');
}

/** What an `input` that begins otherwise is has to be found out nowhere: it is no address that photos are fetched from. */
function isHttpUrl(input: string | null): input is string {
  return input !== null && /^https?:\/\//i.test(input);
}
