import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { printDefinitions } from '../../../apps/cli/src/rabbitmq/definitions.command.js';

/** A folder with everything that the two commands of deploy/README.md make. */
export interface MadeSecrets {
  /** As `secrets/` of the repository would be. */
  folder: string;
  names: string[];
  definitions: string;
  /** The passwords of RabbitMQ's users, as `.env` has them. */
  passwords: string;
  remove: () => void;
}

/** Runs them, as an operator does before the first start. */
export function makeSecrets(): MadeSecrets {
  const root = mkdtempSync(join(tmpdir(), 'made-secrets-'));
  const folder = join(root, 'secrets');
  const definitions = join(root, 'definitions.json');
  const quiet = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const secrets = join(root, '.env');
  printDefinitions({ publisher: [], plainPublisher: [], secrets, urlFiles: folder, out: definitions });
  quiet.mockRestore();
  execFileSync('sh', ['deploy/make-secrets.sh', folder], { stdio: 'ignore' });
  const remove = () => rmSync(root, { recursive: true });
  return { folder, names: readdirSync(folder), definitions, passwords: secrets, remove };
}
