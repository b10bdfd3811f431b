import { parameterValuesSchema } from '@app/contracts';
import { resolve } from 'node:path';
import { ApiRefusal } from '../api/api-errors.js';
import { CliError } from '../cli-error.js';
import { readEnv } from '../env.js';
import { makeFolder } from '../system/make-folder.js';
import { reachableUrl } from '../system/child-spec.js';
import { findRunningSystem } from '../system/running-system.js';
import { StopRequested, StopSignal } from '../system/stop-signal.js';
import { complain, say } from '../terminal.js';
import { listPhotos } from './photo-list.js';
import { engineLines, failureLines, layOut, OUTCOME_HEAD, outcomeCells } from './result-table.js';
import { repairPhotos } from './repair-photos.js';
import type { PhotoProgress } from './photo-progress.js';
import { TaskApi } from './task-api.js';

/** The options of `repair`, as the command line gives them. */
export interface RepairFlags {
  type: string;
  out: string;
  url?: string;
  param?: string[];
  force: boolean;
}

/** `photo-repair repair`: sends photos to a running system and saves the results. Code 0 only if every one succeeded. */
export async function repair(args: string[], flags: RepairFlags): Promise<void> {
  const photos = listPhotos(args);
  const parameters = readParameters(flags.param ?? []);
  const env = readEnv();
  const url = flags.url ?? findRunningSystem(env.dataDir)?.url ?? reachableUrl(env.apiHost, env.apiPort);
  await refuseUnreachable(new TaskApi(url, env.apiKey));
  makeFolder(resolve(flags.out));
  const stopSignal = new StopSignal();
  try {
    const outcomes = await repairPhotos(
      photos.map((photo) => ({ photo, type: flags.type })),
      {
        url,
        apiKey: env.apiKey,
        outDir: resolve(flags.out),
        overwrite: flags.force,
        parameters,
        progress: await chooseProgress(photos),
        signal: stopSignal.signal,
      },
    );
    say();
    for (const line of layOut(OUTCOME_HEAD, outcomes.map(outcomeCells))) say(line);
    say();
    for (const line of [...failureLines(outcomes), ...engineLines(outcomes)]) say(line);
    const failed = outcomes.filter(({ saved }) => saved === undefined).length;
    if (failed > 0) throw new CliError(`${failed} of ${photos.length} photos failed.`);
  } catch (error) {
    if (error instanceof ApiRefusal)
      throw new CliError(`There is no task type "${flags.type}". ${error.message}`);
    if (!(error instanceof StopRequested)) throw error;
    complain(`Stopped waiting. Photos that were sent stay in the queue and are coloured: ${url}/`);
    process.exitCode = 1;
  }
}

/** Bars on a terminal, lines elsewhere. */
export async function chooseProgress(photos: readonly string[]): Promise<PhotoProgress> {
  if (process.stdout.isTTY) {
    const { ProgressBars } = await import('./progress-bars.js');
    return new ProgressBars(photos, Math.max(1, (process.stdout.rows ?? 24) - 4));
  }
  const { ProgressLines } = await import('./progress-lines.js');
  return new ProgressLines(photos);
}

/** Which task type a name means, only the API knows: it takes the names of workflow files and aliases, too. */
async function refuseUnreachable(api: TaskApi): Promise<void> {
  await api.taskTypes().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`${reason}\nStart photo-repair with "npm start", or name its address with --url.`);
  });
}

function readParameters(given: readonly string[]): Record<string, number | string | boolean> {
  const entries = given.map((text) => {
    const equals = text.indexOf('=');
    if (equals < 1) throw new CliError(`A parameter is name=value, not "${text}".`);
    const value = text.slice(equals + 1);
    const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
    const isSwitch = value === 'true' || value === 'false';
    return [text.slice(0, equals), isNumber ? Number(value) : isSwitch ? value === 'true' : value] as const;
  });
  const parsed = parameterValuesSchema.safeParse(Object.fromEntries(entries));
  if (!parsed.success)
    throw new CliError('A parameter name has 1-40 of a-z, 0-9 and _; a value has 200 characters at most.');
  return parsed.data;
}
