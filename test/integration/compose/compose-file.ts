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
  volumes?: string[];
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

/** docker-compose.yml with its merge keys resolved; variables still stand as they are written. */
export function readComposeFile(): ComposeFile {
  return parse(readText('docker-compose.yml'), { merge: true }) as ComposeFile;
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
