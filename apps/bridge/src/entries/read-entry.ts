import { basename } from 'node:path';
import { entryFields, jsonObject, shown, type EntryFields } from './entry-fields.js';
import { EntryRefused } from './entry.errors.js';
import type { StreamEntry } from './stream-entry.js';
import { isUserId } from './user-id.js';

/** What an entry asks for, in our words. What the values mean is the API's to judge, as of every foreign message. */
export interface EntryTask {
  /** Whose it is; null where it names nobody. Can be a folder's name. */
  userId: string | null;
  /** Where the photo is: a file for us to fetch, or a URL for the API. */
  photo: { path: string } | { url: string };
  /** What the API is told beside the photo: `task_id`, `workflow_type`, `parameters`, … */
  body: Record<string, unknown>;
}

const LONGEST_CLIENT_REF = 100;
/** Fields that are parameters of a task although they stand alone. */
const PARAMETERS = ['size', 'model'] as const;

/** Reads an entry as the users' programs write them. @throws EntryRefused where it can be no task. */
export function readEntry(entry: StreamEntry): EntryTask {
  const fields = entryFields(entry);
  const photo = readPhoto(fields);
  const workflow = one(fields, ['workflow_type', 'workflow', 'type', 'task_type']);
  const parameters = readParameters(fields);
  const callback = one(fields, ['callback_url', 'callback']);
  const priority = one(fields, ['priority']);
  const taskId = one(fields, ['task_id']) ?? entry.id;
  const clientRef = one(fields, ['client_ref']) ?? nameOf(photo);
  return {
    userId: readUser(fields),
    photo,
    body: {
      task_id: taskId,
      ...(workflow !== undefined && { workflow_type: workflow }),
      ...(parameters !== undefined && { parameters }),
      ...(callback !== undefined && { callback_url: callback }),
      ...(priority !== undefined && { priority: plain(priority) }),
      ...(clientRef !== undefined && { client_ref: clientRef }),
    },
  };
}

function readPhoto(fields: EntryFields): EntryTask['photo'] {
  const input = one(fields, ['input']);
  const isUrl = typeof input === 'string' && /^https?:\/\//i.test(input);
  const url = agreed('image_url', one(fields, ['image_url']), isUrl ? input : undefined);
  const path = agreed('image_path', one(fields, ['image_path']), isUrl ? undefined : input);
  if (path !== undefined && url !== undefined) {
    throw new EntryRefused('malformed', 'The entry names a photo by image_path and by image_url.');
  }
  if (typeof path === 'string') return { path };
  if (typeof url === 'string') return { url };
  if (path === undefined && url === undefined) {
    throw new EntryRefused('malformed', 'The entry names no photo: it needs image_path or image_url.');
  }
  throw new EntryRefused('malformed', 'image_path and image_url have to be text.');
}

function readUser(fields: EntryFields): string | null {
  const user = one(fields, ['user_id']);
  if (user === undefined) return null;
  const text = typeof user === 'number' ? String(user) : user;
  if (typeof text === 'string' && isUserId(text)) return text;
  throw new EntryRefused(
    'malformed',
    'user_id has to be 1 to 64 letters, digits or . _ @ + - and begin with a letter or digit.',
  );
}

function readParameters(fields: EntryFields): Record<string, unknown> | undefined {
  const given = one(fields, ['parameters', 'params']);
  const parameters = typeof given === 'string' ? jsonObject(given) : given;
  if (
    given !== undefined &&
    (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters))
  ) {
    throw new EntryRefused('malformed', 'parameters has to be a JSON object.');
  }
  const alone = PARAMETERS.flatMap((name) => {
    const value = one(fields, [name]);
    return value === undefined ? [] : [[name, plain(value)] as const];
  });
  const merged: Record<string, unknown> = { ...(parameters as Record<string, unknown> | undefined) };
  for (const [name, value] of alone) {
    if (Object.hasOwn(merged, name) && merged[name] !== value) {
      throw new EntryRefused('malformed', `The field ${name} says something else than parameters does.`);
    }
    merged[name] = value;
  }
  return Object.keys(merged).length > 0 ? merged : undefined;
}

/** The value that fields with one meaning have; undefined where none is there. Empty text counts as not there. */
function one(fields: EntryFields, names: readonly string[]): unknown {
  const values = names.flatMap((name) => {
    const value = fields.get(name);
    return value === undefined || value === null || value === '' ? [] : [{ name, value }];
  });
  const [first, ...others] = values;
  const other = others.find(({ value }) => value !== first?.value);
  if (first && other) {
    throw new EntryRefused(
      'malformed',
      `The fields ${shown(first.name)} and ${shown(other.name)} say different things.`,
    );
  }
  return first?.value;
}

function agreed(name: string, value: unknown, other: unknown): unknown {
  if (value !== undefined && other !== undefined && value !== other) {
    throw new EntryRefused('malformed', `The fields ${shown(name)} and "input" say different things.`);
  }
  return value ?? other;
}

/** In a stream every value is text; `680` and `true` are meant as what they look like. */
function plain(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (/^-?\d{1,15}(\.\d{1,10})?$/.test(value)) return Number(value);
  return value === 'true' ? true : value === 'false' ? false : value;
}

function nameOf(photo: EntryTask['photo']): string | undefined {
  if (!('path' in photo)) return undefined;
  return Array.from(basename(photo.path)).slice(0, LONGEST_CLIENT_REF).join('') || undefined;
}
