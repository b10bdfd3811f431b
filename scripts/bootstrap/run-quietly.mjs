import { spawn } from 'node:child_process';
import { projectDir, say } from './project.mjs';

/** How often a long step says that it is still at work. */
const HEARTBEAT_MS = 10_000;

/**
 * Runs a program in the project's folder without showing its output, saying every ten seconds that it goes on
 * (`progress()` may add how far it is, like `, 3 of 7`). Gives `{ code, output, seconds }`; a program that cannot be started has code 127.
 */
export function runQuietly(label, command, args, { env = {}, progress = () => '' } = {}) {
  return new Promise((resolve) => {
    const startedAt = Date.now();
    const seconds = () => Math.round((Date.now() - startedAt) / 100) / 10;
    const heartbeat = setInterval(() => {
      const detail = progress();
      say(`  ${label}: ${Math.round(seconds())} s so far${detail}`);
    }, HEARTBEAT_MS);
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-200_000);
    };
    const child = spawn(command, args, {
      cwd: projectDir,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const done = (code) => {
      clearInterval(heartbeat);
      resolve({ code, output, seconds: seconds() });
    };
    child.on('error', (error) => {
      output += error.message;
      done(127);
    });
    child.on('close', (code, signal) => done(code === null ? `signal ${signal}` : code));
  });
}

/** The command and first arguments that run npm: the npm that runs us, else the one on the PATH. */
export function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /\.c?js$/.test(script)) return { command: process.execPath, args: [script] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}
