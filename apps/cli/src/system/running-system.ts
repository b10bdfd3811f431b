import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from './json-file.js';
import { isStillRunning, processIdentitySchema } from './process-identity.js';

/** What a running launcher writes down about itself, for the other commands. No secrets. */
export const runningSystemSchema = z.object({
  launcher: processIdentitySchema,
  url: z.string(),
  /** Set when everything has answered for the first time. */
  ready: z.boolean(),
  addresses: z.array(z.object({ name: z.string(), url: z.string() })),
});
export type RunningSystem = z.infer<typeof runningSystemSchema>;

/** Where the record lies. */
export function recordPath(dataDir: string): string {
  return join(dataDir, 'run', 'launcher.json');
}

/** The system whose launcher lives and keeps its data in `dataDir`, if there is one. */
export function findRunningSystem(dataDir: string): RunningSystem | undefined {
  const record = readJsonFile(recordPath(dataDir), runningSystemSchema);
  return record && isStillRunning(record.launcher) ? record : undefined;
}
