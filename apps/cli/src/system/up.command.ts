import { readEnv } from '../env.js';
import { say, seconds } from '../terminal.js';
import { addressLines } from './address-lines.js';
import { comfyuiHint, startSystem, type StartedSystem } from './start-system.js';
import { StopRequested, StopSignal } from './stop-signal.js';

/** `photo-repair up`: starts everything, says where it is, and stays until Ctrl-C. */
export async function up(): Promise<void> {
  const env = readEnv();
  const stopSignal = new StopSignal();
  let system: StartedSystem;
  try {
    system = await startSystem(env, stopSignal);
  } catch (error) {
    if (error instanceof StopRequested) return;
    throw error;
  }
  say();
  for (const line of addressLines(system.addresses)) say(line);
  say();
  const hint = await comfyuiHint(env);
  if (hint) say(`${hint}\n`);
  say('Stop with Ctrl-C.');
  await stopSignal.wait();
  const startedAt = Date.now();
  say('Stopping: photos in work are finished or go back to their queue.');
  await system.stop();
  say(`Stopped in ${seconds(Date.now() - startedAt)} s.`);
}
