import { readdirSync } from 'node:fs';
import { readAutoscaleEnv } from '../../../apps/cli/src/autoscale/env.js';
import { readEnv as readCliEnv } from '../../../apps/cli/src/env.js';
import { readEnv as readApiEnv } from '../../../apps/api/src/env.js';
import { readEnv as readBridgeEnv } from '../../../apps/bridge/src/env.js';
import { readEnv as readEngineEnv } from '../../../apps/engine/src/env.js';
import { readEnv as readWorkerEnv } from '../../../apps/worker/src/env.js';
import { readText, repository } from '../compose/compose-file.js';

/** Our programs that are deployed, and how each reads its settings. */
export const READERS = {
  api: readApiEnv,
  worker: readWorkerEnv,
  bridge: readBridgeEnv,
  engine: readEngineEnv,
  autoscale: readOfSupervisor,
} satisfies Record<string, (env: Record<string, string>) => unknown>;

export type Program = keyof typeof READERS;

/** `photo-repair autoscale`, whose workers get its environment. Which engines there are is for the operator to say. */
function readOfSupervisor(env: Record<string, string>): void {
  const all = { COMFYUI_URLS: 'http://127.0.0.1:8188', ...env };
  readCliEnv(all);
  readAutoscaleEnv({}, all);
  readWorkerEnv(all);
}

/** Where a program has its settings; by default in its `env.ts` alone. */
const SOURCES: Partial<Record<Program, string[]>> = {
  autoscale: ['apps/cli/src/env.ts', 'apps/cli/src/autoscale/env.ts', 'apps/worker/src/env.ts'],
};

/** Those of Node.js itself. */
const FOREIGN = ['NODE_ENV'];

/** The names in the schema of a program's `env.ts`, and in what of a library's it takes over (`...someSettings`). */
export function settingsOf(program: Program): string[] {
  const sources = SOURCES[program] ?? [`apps/${program}/src/env.ts`];
  const source = sources.map(readText).join('\n');
  const shared = [...source.matchAll(/\.\.\.(\w+(?:Settings|Shape))\b/g)].map(([, name = '']) =>
    declarationOf(name),
  );
  return [source, ...shared].flatMap((text) =>
    [...text.matchAll(/^\s+([A-Z][A-Z0-9_]+):/gm)].map(([, name = '']) => name),
  );
}

/** The file of a library that declares it. */
function declarationOf(name: string): string {
  const files = readdirSync(new URL('libs', repository)).flatMap((lib) =>
    readdirSync(new URL(`libs/${lib}/src`, repository), { recursive: true, encoding: 'utf8' }).map(
      (file) => `libs/${lib}/src/${file}`,
    ),
  );
  const found = files
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .map(readText)
    .find((text) => text.includes(`export const ${name} = {`));
  if (found === undefined) throw new Error(`no library declares ${name}`);
  return found;
}

const SECRET = /PASS|SECRET|TOKEN|KEY|AMQP_URL|INTAKE_URL|DATABASE_URL|REDIS_URL/;

/** Which of these settings are secrets that do not come from a file of this kind. */
export const openSecrets = (environment: Record<string, string>, file: RegExp): string[] =>
  Object.entries(environment)
    .filter(([name, value]) => SECRET.test(name) && !(name.endsWith('_FILE') && file.test(value)))
    .map(([name]) => name);

/** Which of these a program would not read, as they are or from a file. */
export function unknownSettings(program: Program, names: readonly string[]): string[] {
  const known = [...settingsOf(program), ...FOREIGN];
  return names.filter((name) => !known.includes(name) && !known.includes(name.replace(/_FILE$/, '')));
}
