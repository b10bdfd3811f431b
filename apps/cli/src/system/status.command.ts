import { CliError } from '../cli-error.js';
import { readEnv } from '../env.js';
import { say } from '../terminal.js';
import { addressLines } from './address-lines.js';
import { httpGet } from './http-get.js';
import { findRunningSystem } from './running-system.js';

/** `photo-repair status`: whether a system runs with this data folder, and what answers. Code 1 when it does not. */
export async function status(): Promise<void> {
  const { dataDir } = readEnv();
  const running = findRunningSystem(dataDir);
  if (!running)
    throw new CliError(`photo-repair does not run with the data in ${dataDir}. Start it with: npm start`);
  say(
    `photo-repair runs (process ${running.launcher.pid}), data in ${dataDir}${running.ready ? '' : '; still starting'}`,
  );
  const ready = await httpGet(`${running.url}/readyz`);
  const words = ready ? (ready.status === 200 ? 'ready' : `not ready: ${ready.body}`) : 'does not answer';
  for (const line of addressLines([{ name: 'API', url: running.url, note: words }, ...running.addresses]))
    say(line);
  if (ready?.status !== 200) process.exitCode = 1;
}
