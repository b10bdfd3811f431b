import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const found = findProject(import.meta.dirname);

/** The folder with our package.json, above this file wherever the build has put it. */
export const projectDir = found.dir;

/** The version of photo-repair. */
export const productVersion = found.version;

function findProject(start: string): { dir: string; version: string } {
  for (let dir = start; dir !== dirname(dir); dir = dirname(dir)) {
    const file = join(dir, 'package.json');
    if (!existsSync(file)) continue;
    const content = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (content.name === 'photo-repair' && content.version !== undefined) {
      return { dir, version: content.version };
    }
  }
  throw new Error(`No package.json of photo-repair above ${start}.`);
}
