import { pathToFileURL } from 'node:url';
import { buildIfNeeded, mainFile } from './build.mjs';
import { installIfNeeded } from './install.mjs';

/** Brings packages and build up to date where they are not, then runs the command line with `args` in this process. */
export async function launch(args) {
  await installIfNeeded();
  await buildIfNeeded();
  process.argv = [process.argv[0], mainFile, ...args];
  await import(pathToFileURL(mainFile).href);
}
