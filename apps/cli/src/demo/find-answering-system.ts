import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../cli-error.js';
import type { CliEnv } from '../env.js';
import { reachableUrl } from '../system/child-spec.js';
import { httpGet } from '../system/http-get.js';
import { findRunningSystem } from '../system/running-system.js';

const READY_LIMIT_MS = 120_000;

/** The address of a photo-repair that runs already: the one with our data folder, or whatever has our port. */
export async function findAnsweringSystem(env: CliEnv): Promise<string | undefined> {
  const ours = findRunningSystem(env.dataDir);
  if (ours) {
    await waitUntilReady(ours.url);
    return ours.url;
  }
  const url = reachableUrl(env.apiHost, env.apiPort);
  const answer = await httpGet(`${url}/v1/task-types`);
  return answer?.status === 200 && answer.body.startsWith('{"items":') ? url : undefined;
}

async function waitUntilReady(url: string): Promise<void> {
  const deadline = Date.now() + READY_LIMIT_MS;
  while ((await httpGet(`${url}/readyz`))?.status !== 200) {
    if (Date.now() > deadline)
      throw new CliError(
        `The photo-repair at ${url} runs, but does not get ready. Its state: npx photo-repair status`,
      );
    await delay(500);
  }
}
