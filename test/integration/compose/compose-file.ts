import { readFileSync } from 'node:fs';
import { parse, type CollectionTag, type YAMLMap, type YAMLSeq } from 'yaml';

/** The repository, as a URL to resolve paths against. */
export const repository = new URL('../../../', import.meta.url);

export const readText = (path: string): string => readFileSync(new URL(path, repository), 'utf8');

export interface Service {
  build?: { context: string; target: string };
  image: string;
  hostname?: string;
  profiles?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  /** Those in the short form. */
  volumes?: string[];
  bindMounts?: BindMount[];
  networks?: string[] | Record<string, { aliases?: string[] }>;
  depends_on?: Record<string, { condition: string; required?: boolean }>;
  healthcheck?: { test: string[]; interval: string; timeout: string; retries: number; start_period: string };
  stop_grace_period?: string;
  read_only?: boolean;
  tmpfs?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  restart?: string;
  user?: string;
  privileged?: boolean;
  secrets?: string[];
  entrypoint?: string[];
  command?: string[];
  deploy?: { replicas?: number; resources?: { reservations: { devices: Record<string, unknown>[] } } };
}

export interface ComposeFile {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  networks: Record<string, { internal?: boolean } | null>;
  secrets: Record<string, { file: string }>;
}

/** A volume in its long form; in the short one a missing folder would be made, as root. */
interface BindMount {
  type: 'bind';
  source: string;
  target: string;
  read_only?: boolean;
  bind: { create_host_path: boolean };
}

/** What stands behind `!override` or `!reset`: it takes the place of what an earlier file says, and joins nothing. */
class InPlace {
  constructor(readonly value: unknown) {}
}

const inPlace = (tag: string, value: (given: unknown) => unknown): CollectionTag[] => [
  { tag, collection: 'map', resolve: (node) => new InPlace(value((node as YAMLMap).toJSON())) },
  { tag, collection: 'seq', resolve: (node) => new InPlace(value((node as YAMLSeq).toJSON())) },
];
const customTags = [...inPlace('!override', (given) => given), ...inPlace('!reset', () => undefined)];

/** As Compose puts files together: maps key by key, lists one behind the other, everything else from the later file. */
function merge(before: unknown, after: unknown): unknown {
  if (after instanceof InPlace) return after.value;
  if (Array.isArray(before) && Array.isArray(after)) return [...new Set([...before, ...after])];
  if (isMap(before) && isMap(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return Object.fromEntries(
      [...keys].map((key) => [key, key in after ? merge(before[key], after[key]) : before[key]]),
    );
  }
  return after ?? before ?? null;
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The files, one on top of the other, with their merge keys resolved; variables still stand as they are written. */
export function readComposeFile(...paths: string[]): ComposeFile {
  const texts = (paths.length === 0 ? ['docker-compose.yml'] : paths).map(readText);
  const file = texts
    .map((text): unknown => parse(text, { merge: true, customTags }))
    .reduce(merge, {}) as ComposeFile;
  for (const service of Object.values(file.services)) {
    const all: (string | BindMount)[] = service.volumes ?? [];
    service.bindMounts = all.filter((volume) => typeof volume !== 'string');
    service.volumes = all.filter((volume) => typeof volume === 'string');
  }
  return file;
}

/** The networks of a service, whichever way they are written. */
export const networksOf = ({ networks = [] }: Service): string[] =>
  Array.isArray(networks) ? networks : Object.keys(networks);

/** A variable of the file: `${NAME}`, `${NAME:-default}` or `${NAME:?sentence}`. */
const VARIABLE = /\$\{(\w+)(?::([-?])([^}]*))?\}/g;

export const variablesIn = (text: string) =>
  [...text.matchAll(VARIABLE)].map(([, name = '', sign, rest = '']) => ({ name, sign, rest }));

/** What Compose puts in place of the variables, with these settings. @throws the sentence of a missing one. */
export function interpolate(text: string, settings: Record<string, string>): string {
  return text.replaceAll(VARIABLE, (_, name: string, sign: string | undefined, rest: string | undefined) => {
    const value = settings[name] ?? '';
    if (value !== '') return value;
    if (sign === '?') throw new Error(`${name}: ${rest}`);
    return sign === '-' ? (rest ?? '') : '';
  });
}
