import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const PEER_PACKAGE = '@saintno/comfyui-sdk';
const VERSION = '0.3.1';
const INTEGRITY =
  'sha512-Ywj8y/eiGvoj0cqW4/FDA6qhf6OFl7+pbPw2WMMlX1OUn/94rCQgx5Z3EwMZJz6EYbeq8QpeLI8bg7C5qGbitQ==';
const FOLDER = resolve('out/bench-engines/peer');

/**
 * Brings the peer's package there, and gives the folder from which it can be required. It is no development dependency:
 * its command line would bring React, Ink and an ASCII art library (167 packages, 102 MB) to everybody who installs,
 * and it asks for TypeScript 5 beside it. The library itself needs `ws` only, which it finds in our `node_modules`.
 */
export async function peerPackage(): Promise<string> {
  const place = join(FOLDER, 'node_modules', PEER_PACKAGE);
  if (existsSync(join(place, 'package.json'))) return FOLDER;
  await mkdir(FOLDER, { recursive: true });
  const { stdout } = await run('npm', [
    'pack',
    `${PEER_PACKAGE}@${VERSION}`,
    '--json',
    '--pack-destination',
    FOLDER,
  ]);
  const [packed] = JSON.parse(stdout) as [{ filename: string; integrity: string }];
  const archive = join(FOLDER, packed.filename.replace('@', '').replace('/', '-'));
  if (packed.integrity !== INTEGRITY)
    throw new Error(`${PEER_PACKAGE}@${VERSION} is not what it was: ${packed.integrity}`);
  await rm(place, { recursive: true, force: true });
  await mkdir(join(place, '..'), { recursive: true });
  await run('tar', ['xzf', archive, '-C', FOLDER]);
  await rename(join(FOLDER, 'package'), place);
  return FOLDER;
}
