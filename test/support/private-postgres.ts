import { freePort } from './free-port.js';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Where Debian keeps the server's programs, a folder for each major version. */
const VERSIONS = '/usr/lib/postgresql';

/** A PostgreSQL cluster of our own on a free loopback port, in a folder under the system's temporary one. */
export class PrivatePostgres {
  private constructor(
    /** `postgres://…` of its database `postgres`. */
    readonly url: string,
    private readonly programs: string,
    readonly folder: string,
  ) {}

  static async start(): Promise<PrivatePostgres> {
    const programs = findPrograms();
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-test-postgres-'));
    // The server refuses to run as root, so root hands the folder to the user that the package made.
    if (process.getuid?.() === 0) await run('chown', ['postgres', folder]);
    await chmod(folder, 0o700);
    const data = join(folder, 'data');
    const postgres = new PrivatePostgres(`postgres://test@127.0.0.1:${port}/postgres`, programs, folder);
    await postgres.program('initdb', [
      '-D',
      data,
      '-U',
      'test',
      '-A',
      'trust',
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C',
    ]);
    await postgres.resume();
    return postgres;
  }

  /** It is there again, as it was. */
  async resume(): Promise<void> {
    const { port } = new URL(this.url);
    const options = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories='' -c fsync=off`;
    const where = ['-D', join(this.folder, 'data'), '-w', '-l', join(this.folder, 'log')];
    await this.program('pg_ctl', [...where, '-o', options, 'start']);
  }

  /** Ends all connections in the middle of what they do, and answers nobody until `resume`. */
  async halt(): Promise<void> {
    await this.program('pg_ctl', ['-D', join(this.folder, 'data'), '-w', '-m', 'immediate', 'stop']);
  }

  /** One more database; gives its address. */
  async newDatabase(name: string): Promise<string> {
    const url = new URL(this.url);
    await this.program('createdb', ['-h', url.hostname, '-p', url.port, '-U', url.username, name]);
    url.pathname = `/${name}`;
    return url.toString();
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async program(name: string, args: string[]): Promise<void> {
    const program = join(this.programs, name);
    const asUser = ['--reuid', 'postgres', '--regid', 'postgres', '--clear-groups', program, ...args];
    if (process.getuid?.() === 0) await run('setpriv', asUser, { cwd: '/' });
    else await run(program, args, { cwd: '/' });
  }
}

function findPrograms(): string {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : [];
  const found = versions
    .map((version) => join(VERSIONS, version, 'bin'))
    .find((bin) => existsSync(join(bin, 'initdb')));
  if (found) return found;
  throw new Error(
    'These tests need PostgreSQL. Install it: apt-get install -y --no-install-recommends postgresql',
  );
}
