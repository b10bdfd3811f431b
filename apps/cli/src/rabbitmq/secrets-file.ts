import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** 24 bytes; letters and digits only, since Compose makes it a part of a URL. */
const newSecret = () => randomBytes(24).toString('hex');

/** A file of secrets in the format of `.env`, that its owner alone may read. What else is in it stays as it is. */
export class SecretsFile {
  private readonly text: string;
  /** What it had on the disk. */
  readonly known: NodeJS.Dict<string>;
  private readonly made = new Map<string, string>();

  /** A file that is not there yet counts as empty. */
  constructor(readonly path: string) {
    this.text = readIfThere(path);
    this.known = parseEnv(this.text);
  }

  /** The names of what was made up, whether it is saved or not. */
  get added(): string[] {
    return [...this.made.keys()];
  }

  /** Makes up a secret of this name. */
  add(name: string): string {
    const secret = newSecret();
    this.made.set(name, secret);
    return secret;
  }

  /** Writes what was made up, whole or not at all, and closes the file to others in any case. */
  save(): void {
    const before = this.text === '' || this.text.endsWith('\n') ? this.text : `${this.text}\n`;
    const lines = [...this.made].map(([name, secret]) => `${name}=${secret}\n`);
    const temporary = `${this.path}.${process.pid}`;
    writeFileSync(temporary, before + lines.join(''), { mode: 0o600 });
    renameSync(temporary, this.path);
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
