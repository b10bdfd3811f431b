import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, absolute, without a slash at its end. */
export const projectDir = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** A line for the person at the terminal. Standard error, so that standard output stays for results. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
