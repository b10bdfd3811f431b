import { projectDir } from '@app/runtime';
import { mkdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { CliError } from '../cli-error.js';
import { readEnv } from '../env.js';
import { chooseProgress } from '../repair/repair.command.js';
import type { PhotoOutcome } from '../repair/repair-photo.js';
import { repairPhotos } from '../repair/repair-photos.js';
import { engineLines, layOut, OUTCOME_HEAD, outcomeCells } from '../repair/result-table.js';
import { startSystem } from '../system/start-system.js';
import { StopRequested, StopSignal } from '../system/stop-signal.js';
import { complain, say, seconds } from '../terminal.js';
import { makeBlackAndWhite } from './black-and-white.js';
import { checkResult } from './check-results.js';
import { writeContactSheet } from './contact-sheet.js';
import { findAnsweringSystem } from './find-answering-system.js';
import { PHOTOGRAPHS } from './photographs.js';

const OUT_DIR = join(projectDir, 'out', 'demo');

/** `photo-repair demo`: ten real photographs through the whole system. Code 0 only if every one came back right. */
export async function demo(): Promise<void> {
  const env = readEnv();
  const stopSignal = new StopSignal();
  const running = await findAnsweringSystem(env);
  if (running !== undefined) say(`Using the photo-repair that runs at ${running}.`);
  try {
    const started = running === undefined ? await startSystem(env, stopSignal) : undefined;
    try {
      await colourAll(running ?? started?.url ?? '', env.apiKey, stopSignal);
    } finally {
      if (started) {
        say('Stopping what the demo started.');
        await started.stop();
      }
    }
  } catch (error) {
    if (!(error instanceof StopRequested)) throw error;
    complain('Stopped before the end.');
    process.exitCode = 1;
  }
}

async function colourAll(url: string, apiKey: string | undefined, stopSignal: StopSignal): Promise<void> {
  const startedAt = Date.now();
  await mkdir(OUT_DIR, { recursive: true });
  say(
    '\nMaking true black-and-white copies: the old prints are toned brown, which would hide what is coloured.',
  );
  const copies = await makeBlackAndWhite(PHOTOGRAPHS, join(OUT_DIR, 'originals'));
  const photos = copies.map((photo, index) => ({ photo, type: PHOTOGRAPHS[index]?.type ?? 'person' }));
  const outcomes = await repairPhotos(photos, {
    url,
    apiKey,
    outDir: OUT_DIR,
    overwrite: true,
    parameters: {},
    progress: await chooseProgress(copies),
    signal: stopSignal.signal,
  });
  const checked = await Promise.all(outcomes.map(checkResult));
  say();
  const head = [...OUTCOME_HEAD, 'chroma before', 'after'];
  const rows = checked.map(({ outcome, chromaBefore, chromaAfter }) => [
    ...outcomeCells(outcome),
    chromaBefore.toFixed(1),
    chromaAfter.toFixed(1),
  ]);
  for (const line of layOut(head, rows)) say(line);
  say();
  const honest = engineLines(outcomes);
  for (const line of honest) say(line);
  await showSheet(outcomes, honest.join(' '));
  for (const { outcome, problem } of checked) {
    if (problem !== undefined) complain(`${basename(outcome.photo)}: ${problem}`);
  }
  const wrong = checked.filter(({ problem }) => problem !== undefined).length;
  if (wrong > 0) throw new CliError(`${wrong} of ${checked.length} photographs were not restored.`);
  say(
    `All ${checked.length} photographs restored in ${seconds(Date.now() - startedAt)} s. Credits: CREDITS.md`,
  );
}

async function showSheet(outcomes: readonly PhotoOutcome[], heading: string): Promise<void> {
  const pairs = outcomes.flatMap(({ photo, saved, type }, index) => {
    const photograph = PHOTOGRAPHS[index];
    if (saved === undefined || !photograph) return [];
    const caption = `${photograph.title}, ${photograph.photographer}, ${photograph.year} (${type})`;
    return [{ before: photo, after: saved, caption }];
  });
  if (pairs.length === 0) return;
  const sheet = join(OUT_DIR, 'contact-sheet.jpg');
  const { captioned } = await writeContactSheet(pairs, heading, sheet);
  say(
    `Before and after, side by side: ${relative(process.cwd(), sheet)}${captioned ? '' : ' (no font here, so without captions)'}`,
  );
}
