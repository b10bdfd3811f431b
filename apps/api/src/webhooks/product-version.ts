import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version in our package.json, which lies some folders above: the build puts this file deeper than the source is. */
export function productVersion(from: string = import.meta.dirname): string {
  const file = join(from, 'package.json');
  if (existsSync(file)) {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
    if (name === 'photo-repair' && version !== undefined) return version;
  }
  const above = join(from, '..');
  if (above === from) throw new Error('There is no package.json of photo-repair above this program.');
  return productVersion(above);
}
