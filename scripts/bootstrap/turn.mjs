import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { projectDir, say } from './project.mjs';

/** Longer than any install takes. An older file belongs to a process that was killed, whoever has its number now. */
const STALE_AFTER_MS = 30 * 60_000;

/**
 * Runs `work` while no other command installs or builds in this clone: two `npm ci` in one folder spoil each other.
 * Waits for the other one and says so; a file left by a process that is gone is taken over.
 */
export async function takeTurn(work, folder = join(projectDir, '.photo-repair')) {
  mkdirSync(folder, { recursive: true });
  const turnFile = join(folder, 'installing-or-building');
  let told = false;
  while (!claim(turnFile)) {
    const holder = holderPid(turnFile);
    if (holder === undefined || !isAlive(holder)) rmSync(turnFile, { force: true });
    else if (!told) {
      say(`Another photo-repair command (process ${holder}) is installing or building; waiting for it.`);
      told = true;
    }
    await delay(200);
  }
  try {
    return await work();
  } finally {
    rmSync(turnFile, { force: true });
  }
}

/** The file appears with its content (link), so that nobody finds it empty and takes it for a broken one. */
function claim(turnFile) {
  const offer = `${turnFile}-${process.pid}`;
  writeFileSync(offer, String(process.pid));
  try {
    linkSync(offer, turnFile);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(offer, { force: true });
  }
}

function holderPid(turnFile) {
  try {
    if (Date.now() - statSync(turnFile).mtimeMs > STALE_AFTER_MS) return undefined;
    return Number(readFileSync(turnFile, 'utf8')) || undefined;
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
