import { join, relative } from 'node:path';
import { shownAddress, type Broker } from '../broker/broker.js';
import { resolveBroker } from '../broker/resolve-broker.js';
import { CliError } from '../cli-error.js';
import type { CliEnv } from '../env.js';
import { say, seconds } from '../terminal.js';
import { planChildren, reachableUrl } from './child-spec.js';
import { isPortFree, PortPicker } from './free-port.js';
import { httpGet } from './http-get.js';
import { InstanceLock } from './instance-lock.js';
import { offeredTypes } from './offered-types.js';
import type { StopSignal } from './stop-signal.js';
import { Supervisor } from './supervisor.js';

/** A system that this process has started. */
export interface StartedSystem {
  url: string;
  addresses: { name: string; url: string; note?: string }[];
  stop(): Promise<void>;
}

/**
 * Starts everything and resolves when all of it answers. When it cannot, or is told to stop meanwhile, whatever
 * had been started is stopped again before this rejects.
 */
export async function startSystem(env: CliEnv, stopSignal: StopSignal): Promise<StartedSystem> {
  const apiPort = env.apiPort === 0 ? await new PortPicker().pick(3000, env.apiHost) : env.apiPort;
  const url = reachableUrl(env.apiHost, apiPort);
  const lock = InstanceLock.take(env.dataDir, url);
  try {
    await refuseTakenPort(env.apiHost, apiPort);
    const { addresses, stop } = await startParts(env, apiPort, stopSignal);
    lock.publish({ ready: true, addresses: addresses.map(({ name, url }) => ({ name, url })) });
    return { url, addresses, stop: () => stop().then(() => lock.release()) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Everything that can be wrong in the settings is found before the first process starts. */
async function startParts(
  env: CliEnv,
  apiPort: number,
  stopSignal: StopSignal,
): Promise<Omit<StartedSystem, 'url'>> {
  const startedAt = Date.now();
  const taskTypes = offeredTypes(env.workflowsDir);
  const plan = await planChildren(env, { apiPort, taskTypes, ports: new PortPicker() });
  const broker = await resolveBroker(env);
  say(`RabbitMQ: ${broker.description}`);
  const logDir = join(env.dataDir, 'logs');
  const brokerEnv = {
    AMQP_URL: broker.url,
    ...(broker.intakeUrl !== undefined && { AMQP_INTAKE_URL: broker.intakeUrl }),
  };
  const specs = plan.map((spec) => ({ ...spec, env: { ...spec.env, ...brokerEnv } }));
  const supervisor = new Supervisor(specs, broker, logDir);
  const stop = () => supervisor.stop(env.stopGraceMs);
  stopSignal.onForce(() => supervisor.kill());
  say(`Starting ${specs.map((spec) => spec.name).join(', ')}; logs in ${relative(process.cwd(), logDir)}`);
  try {
    supervisor.start();
    await supervisor.waitUntilReady(stopSignal.signal);
  } catch (error) {
    say('Stopping what was started.');
    await stop();
    throw error;
  }
  say(`Ready after ${seconds(Date.now() - startedAt)} s.`);
  void broker.settleIn?.();
  const isForPeople = ({ name }: { name: string }) => name === 'Page' || name === 'API docs';
  const all = specs.flatMap((spec) => spec.addresses);
  const addresses = [
    ...all.filter(isForPeople),
    brokerAddress(broker),
    ...all.filter((address) => !isForPeople(address)),
  ];
  return { addresses, stop };
}

function brokerAddress({ management, url }: Broker): StartedSystem['addresses'][number] {
  if (management) return { name: 'RabbitMQ', url: management.url, note: management.login };
  return { name: 'RabbitMQ', url: shownAddress(url) };
}

async function refuseTakenPort(host: string, port: number): Promise<void> {
  if (await isPortFree(port, host)) return;
  const free = await new PortPicker().pick(port + 1, host);
  throw new CliError(
    `Port ${port} is taken by another program. Choose another one: API_PORT=${free} npm start`,
  );
}

/** Where ComfyUI listens unless told otherwise (ComfyUI's `--port`). */
const COMFYUI_USUAL = 'http://127.0.0.1:8188';

/** A line for those who run ComfyUI on this machine and do not use it here; undefined when there is none. */
export async function comfyuiHint(env: CliEnv): Promise<string | undefined> {
  if (env.comfyuiUrls.length > 0) return undefined;
  const answer = await httpGet(`${COMFYUI_USUAL}/system_stats`, 500);
  if (answer?.status !== 200 || !answer.body.includes('"comfyui_version"')) return undefined;
  return `A ComfyUI answers on ${COMFYUI_USUAL}. To use it instead of the built-in engine: COMFYUI_URLS=${COMFYUI_USUAL} npm start`;
}
