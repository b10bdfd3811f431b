import { fileURLToPath } from 'node:url';
import { writeJsonFile } from '../system/json-file.js';
import { privateDefinitions } from './private-definitions.js';
import { PrivateNodeFiles } from './private-node.files.js';

/** Writes down who may do what in the node of this folder, for its next start. */
export function writeDefinitions(dir: string): void {
  const files = new PrivateNodeFiles(dir);
  const { user, password } = files.credentials();
  writeJsonFile(files.definitionsFile, privateDefinitions(user, password));
}

// Also a program of its own, see `PrivateNode.start`.
if (process.argv[1] === fileURLToPath(import.meta.url)) writeDefinitions(process.argv[2] ?? '');
