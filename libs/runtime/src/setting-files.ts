import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** Longer than any address or key, and short enough to be read at once. */
const LONGEST_BYTES = 64 * 1024;

/** The settings of a process with those from files among them. */
export interface GivenSettings {
  values: Record<string, string>;
  /** By setting: the name of the setting that named its file. */
  fromFiles: Map<string, string>;
  /** A sentence for each file that does not do, with the name of the setting in front; never a path or a value. */
  problems: string[];
}

/**
 * Puts in place of `NAME_FILE` what the file that it names has in it, as `NAME`, for each of `names`: how Docker,
 * Kubernetes and systemd hand over secrets without showing them to whoever may list processes. White space around the
 * text is dropped, since editors end a file with a line break. A name that itself ends in `_FILE` means itself.
 */
export function readSettingFiles(
  given: Readonly<Record<string, string>>,
  names: readonly string[],
): GivenSettings {
  const values = { ...given };
  const fromFiles = new Map<string, string>();
  const problems: string[] = [];
  for (const name of names) {
    const fileSetting = `${name}_FILE`;
    const path = given[fileSetting];
    if (path === undefined || names.includes(fileSetting)) continue;
    fromFiles.set(name, fileSetting);
    if (given[name] !== undefined) problems.push(`${fileSetting}: ${name} is set, too; set one of the two`);
    else {
      const content = readShortFile(path);
      if ('problem' in content) problems.push(`${fileSetting}: ${content.problem}`);
      else values[name] = content.text;
    }
  }
  return { values, fromFiles, problems };
}

function readShortFile(path: string): { text: string } | { problem: string } {
  try {
    const file = openSync(path, 'r');
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) return { problem: 'does not name a file' };
      if (stats.size > LONGEST_BYTES) return { problem: 'names a file of more than 64 KiB' };
      const text = readFileSync(file, 'utf8').trim();
      return text === '' ? { problem: 'names an empty file' } : { text };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // The path stays unsaid: somebody may have put the secret itself there.
    return { problem: `names a file that cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}
