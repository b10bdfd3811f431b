import { join } from 'node:path';
import { AdminApi, type AdminFlags } from '../admin/admin-api.js';
import { runningBrokerUrl } from '../broker/running-broker.js';
import { readEnv, type CliEnv } from '../env.js';
import { makeFolder } from '../system/make-folder.js';
import { StopSignal } from '../system/stop-signal.js';
import { say } from '../terminal.js';
import { ApiLook } from './api-look.js';
import { Autoscaler } from './autoscaler.js';
import { readAutoscaleEnv, type AutoscaleEnv } from './env.js';
import { LocalWorkers } from './local-workers.js';
import { Places } from './places.js';
import { ScaleCommand } from './scale-command.js';
import { rulesLine } from './scaling-words.js';
import { SupervisorLock } from './supervisor-lock.js';
import { WorkerRecords } from './worker-records.js';
import type { Workforce } from './workforce.js';

/** What is chosen on the command line, each with the setting that it stands for. */
const SETTINGS = {
  min: 'AUTOSCALE_MIN',
  max: 'AUTOSCALE_MAX',
  perWorker: 'AUTOSCALE_PER_WORKER',
  maxWait: 'AUTOSCALE_MAX_WAIT',
  interval: 'AUTOSCALE_INTERVAL',
  cooldown: 'AUTOSCALE_COOLDOWN',
  engines: 'COMFYUI_URLS',
  share: 'AUTOSCALE_SHARE',
  besides: 'AUTOSCALE_BESIDES',
  types: 'TASK_TYPES',
  name: 'AUTOSCALE_NAME',
  scaleCommand: 'AUTOSCALE_COMMAND',
  commandLimit: 'AUTOSCALE_COMMAND_LIMIT',
} as const;

/** See `SETTINGS`. */
export type AutoscaleFlags = AdminFlags & { keep?: true } & { [flag in keyof typeof SETTINGS]?: string };

/** `photo-repair autoscale`: starts and stops workers by what waits, until it is stopped itself. */
export async function autoscale(flags: AutoscaleFlags): Promise<void> {
  const given = Object.entries(SETTINGS).map(([flag, name]) => [name, flags[flag as keyof typeof SETTINGS]]);
  const settings = readAutoscaleEnv({ ...Object.fromEntries(given), AUTOSCALE_KEEP: flags.keep && 'true' });
  const env = readEnv();
  const api = new ApiLook(AdminApi.of(flags), settings.taskTypes);
  const dir = join(env.dataDir, 'run', 'autoscale');
  makeFolder(dir, 'The folder for the data (DATA_DIR)');
  const stopSignal = new StopSignal('Asked twice: the workers finish what they run by themselves.');
  const lock = SupervisorLock.take(dir);
  try {
    const workforce =
      settings.command === undefined ? localWorkers(env, settings, dir) : command(settings, dir);
    say(rulesLine(settings.rules));
    await new Autoscaler(api, workforce, settings.rules).run(stopSignal.signal);
  } finally {
    lock.release();
  }
}

function localWorkers(env: CliEnv, settings: AutoscaleEnv, dir: string): Workforce {
  const { engines, share, namePrefix, keep, taskTypes, workerGraceMs } = settings;
  const workers = new LocalWorkers(new Places(engines, share), new WorkerRecords(join(dir, 'workers')), {
    namePrefix,
    keep,
    firstPort: env.workerPort,
    logDir: join(env.dataDir, 'logs'),
    settings: {
      taskTypes,
      graceMs: workerGraceMs,
      env: {
        DATA_DIR: env.dataDir,
        WORKFLOWS_DIR: env.workflowsDir,
        ...(env.amqpUrl === undefined && { AMQP_URL: runningBrokerUrl(env) }),
      },
    },
  });
  workers.adopt();
  return workers;
}

function command({ command = '', commandLimitMs, rules }: AutoscaleEnv, dir: string): Workforce {
  return new ScaleCommand({ command, limitMs: commandLimitMs, rules, repeatMs: rules.cooldownMs, dir });
}
