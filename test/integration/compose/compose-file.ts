import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

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
  networks?: string[];
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
}

export interface ComposeFile {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  networks: Record<string, unknown>;
}

/** A volume in its long form; in the short one a missing folder would be made, as root. */
interface BindMount {
  type: 'bind';
  source: string;
  target: string;
  read_only?: boolean;
  bind: { create_host_path: boolean };
}

/** docker-compose.yml with its merge keys resolved; variables still stand as they are written. */
export function readComposeFile(): ComposeFile {
  const file = parse(readText('docker-compose.yml'), { merge: true }) as ComposeFile;
  for (const service of Object.values(file.services)) {
    const all: (string | BindMount)[] = service.volumes ?? [];
    service.bindMounts = all.filter((volume) => typeof volume !== 'string');
    service.volumes = all.filter((volume) => typeof volume === 'string');
  }
  return file;
}

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
