import { projectDir } from '@app/runtime';
import { join } from 'node:path';
import { CliError } from '../cli-error.js';
import type { CliEnv } from '../env.js';
import type { PortPicker } from './free-port.js';

/** One process of the system. */
export interface ChildSpec {
  /** For the terminal and the log file's name. */
  name: string;
  /** The program that Node runs. */
  script: string;
  /** On top of the launcher's own environment. */
  env: Record<string, string>;
  /** Answers 200 once the process does its work. */
  readyUrl: string;
  /** Addresses for people, by what they show. */
  addresses: { name: string; url: string }[];
  /** The others need it to finish their work, so it is stopped after them. */
  stopsLast: boolean;
}

/**
 * Reads WORKERS ("person,building", "person+building"): the types of each worker. Empty means one worker without a list, which
 * takes every type that there is: more of them on one engine would only wait for each other.
 */
export function planWorkers(wanted: readonly string[], taskTypes: readonly string[]): string[][] {
  const workers = wanted.length === 0 ? [[]] : wanted.map((entry) => entry.split('+'));
  const unknown = [...new Set(workers.flat())].filter((type) => !taskTypes.includes(type));
  if (unknown.length > 0) {
    throw new CliError(
      `WORKERS names task types that do not exist: ${unknown.join(', ')}. There are: ${taskTypes.join(', ')}.`,
    );
  }
  return workers;
}

/**
 * Plans all children: engine (unless a ComfyUI is given), API, workers, and the bridge where a Redis is given. Ports are
 * chosen here; AMQP_URL comes later.
 */
export async function planChildren(
  env: CliEnv,
  input: { apiPort: number; taskTypes: readonly string[]; ports: PortPicker },
): Promise<ChildSpec[]> {
  const base = {
    DATA_DIR: env.dataDir,
    WORKFLOWS_DIR: env.workflowsDir,
    PHOTO_REPAIR_EXIT_WITH_PARENT: '1',
  };
  // Half of the grace for what is in hand, the rest for handing it back: the launcher's clock must not win.
  const halfGrace = { SHUTDOWN_GRACE: `${Math.round(env.stopGraceMs / 2)}ms` };
  const children: ChildSpec[] = [];
  let comfyuiUrls = env.comfyuiUrls;
  if (comfyuiUrls.length === 0) {
    const port = await input.ports.pick(env.enginePort);
    comfyuiUrls = [`http://127.0.0.1:${port}`];
    children.push(engine(port, env.dataDir, base));
  }
  children.push(api(env, input.apiPort, base));
  const seen = new Map<string, number>();
  for (const types of planWorkers(env.workers, input.taskTypes)) {
    const key = ['worker', ...types].join('-');
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    const name = count > 1 ? `${key}-${count}` : key;
    const port = await input.ports.pick(env.workerPort);
    children.push(worker(name, types, port, { ...base, ...halfGrace, COMFYUI_URLS: comfyuiUrls.join(',') }));
  }
  if (env.hasRedis) children.push(bridge(await input.ports.pick(env.bridgePort), { ...base, ...halfGrace }));
  return children;
}

function engine(port: number, dataDir: string, base: Record<string, string>): ChildSpec {
  const url = `http://127.0.0.1:${port}`;
  return {
    name: 'engine',
    script: program('engine'),
    env: {
      ...base,
      ENGINE_HOST: '127.0.0.1',
      ENGINE_PORT: String(port),
      ENGINE_DIR: join(dataDir, 'engine'),
    },
    readyUrl: `${url}/system_stats`,
    addresses: [{ name: 'Engine', url }],
    stopsLast: true,
  };
}

function api(env: CliEnv, port: number, base: Record<string, string>): ChildSpec {
  const url = reachableUrl(env.apiHost, port);
  const webDir = join(projectDir, 'dist/apps/web');
  return {
    name: 'api',
    script: program('api'),
    env: { WEB_DIR: webDir, ...base, API_HOST: env.apiHost, API_PORT: String(port) },
    readyUrl: `${url}/readyz`,
    addresses: [
      { name: 'Page', url: `${url}/` },
      { name: 'API docs', url: `${url}/docs` },
      { name: 'Metrics api', url: `${url}/metrics` },
    ],
    stopsLast: false,
  };
}

/** A worker for these task types; none means all. */
export function worker(name: string, types: string[], port: number, base: Record<string, string>): ChildSpec {
  const url = `http://127.0.0.1:${port}`;
  return {
    name,
    script: program('worker'),
    env: {
      ...base,
      TASK_TYPES: types.join(','),
      WORKER_NAME: name,
      WORKER_HOST: '127.0.0.1',
      WORKER_PORT: String(port),
    },
    readyUrl: `${url}/readyz`,
    addresses: [{ name: `Metrics ${name}`, url: `${url}/metrics` }],
    stopsLast: false,
  };
}

function bridge(port: number, base: Record<string, string>): ChildSpec {
  const url = `http://127.0.0.1:${port}`;
  return {
    name: 'bridge',
    script: program('bridge'),
    env: { ...base, BRIDGE_HOST: '127.0.0.1', BRIDGE_PORT: String(port) },
    readyUrl: `${url}/readyz`,
    addresses: [{ name: 'Metrics bridge', url: `${url}/metrics` }],
    stopsLast: false,
  };
}

/** An address that works on this machine for a host to listen on: every address means loopback too. */
export function reachableUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function program(app: string): string {
  return join(projectDir, 'dist/apps', app, 'src/main.js');
}
