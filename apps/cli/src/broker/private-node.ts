import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CliError } from '../cli-error.js';
import { childEnv } from '../env.js';
import { PortPicker } from '../system/free-port.js';
import { MAIN_VHOST, PRIVATE_INTAKE_VHOST } from '../rabbitmq/virtual-hosts.js';
import { identityOf, isStillRunning } from '../system/process-identity.js';
import { complain } from '../terminal.js';
import type { Broker } from './broker.js';
import { moveOldQueues } from './old-queues.js';
import { PrivateNodeFiles, type NodePorts, type NodeRun } from './private-node.files.js';
import { isListening, whyNotReady } from './probe.js';

/** A cold disk and a busy machine needed 23 s; a node with much on its disk needs longer. */
const START_LIMIT_MS = 180_000;
/** SIGTERM takes 7-8 s on an idle node (RabbitMQ 3.10, 4.x). */
const STOP_LIMIT_MS = 60_000;
const POLL_MS = 100;
const PORT_MAPPER_LIMIT_MS = 2_000;

/**
 * A RabbitMQ node of our own: a child process with its data in our folder, reachable from this machine only, with
 * a password that was made up at its first start, and a virtual host for programs of this machine that know none. It runs in a process group of its own, so that Ctrl-C at the
 * terminal reaches the launcher alone, which stops the node last.
 */
export class PrivateNode implements Broker {
  readonly url: string;
  readonly intakeUrl: string;
  readonly description: string;
  readonly management: { url: string; login: string };
  readonly process = { isAlive: () => this.isAlive(), restart: () => this.restart() };

  private wasReady = false;

  private constructor(
    private readonly files: PrivateNodeFiles,
    private readonly executable: string | undefined,
    private run: NodeRun,
    how: string,
  ) {
    const { user, password } = files.credentials();
    const address = `amqp://${user}:${password}@127.0.0.1:${run.ports.amqp}`;
    this.url = `${address}/${MAIN_VHOST}`;
    this.intakeUrl = `${address}/${encodeURIComponent(PRIVATE_INTAKE_VHOST)}`;
    this.description = `our own node on port ${run.ports.amqp}, ${how}, data in ${files.dir}`;
    this.management = {
      url: `http://127.0.0.1:${run.ports.management}/`,
      login: `user ${user}, password in ${files.passwordFile}`,
    };
  }

  /** Takes over the node that an earlier launcher left running (it was killed with -9); undefined when none lives. */
  static adopt(dir: string, executable?: string): PrivateNode | undefined {
    const files = new PrivateNodeFiles(dir);
    const run = files.readRun();
    if (!run || !isStillRunning(run.process)) return undefined;
    return new PrivateNode(files, executable, run, 'still running from an earlier start');
  }

  /** Starts a node; it answers only after `ready()`. Ports are the usual ones, or the next free ones above. */
  static async start(dir: string, executable: string): Promise<PrivateNode> {
    const files = new PrivateNodeFiles(dir);
    const before = files.readRun();
    if (before) await stopPortMapper(before.ports.epmd);
    await makeDefinitions(dir);
    const picker = new PortPicker();
    const ports: NodePorts = {
      amqp: await picker.pick(5672),
      management: await picker.pick(15_672),
      prometheus: await picker.pick(15_692),
      distribution: await picker.pick(25_672),
      // 4369 is everybody's port mapper; ours is a private one.
      epmd: await picker.pick(14_369),
    };
    return new PrivateNode(
      files,
      executable,
      { ports, process: launch(files, executable, ports) },
      'started just now',
    );
  }

  async ready(): Promise<void> {
    const deadline = Date.now() + START_LIMIT_MS;
    for (;;) {
      const reason = await whyNotReady(this.url, this.management.url);
      if (reason === undefined) {
        this.wasReady = true;
        return;
      }
      if (!isStillRunning(this.run.process)) throw new CliError(this.explainEnd());
      if (Date.now() > deadline) {
        throw new CliError(`Our RabbitMQ node did not get ready in ${START_LIMIT_MS / 1000} s: ${reason}.`);
      }
      await delay(POLL_MS);
    }
  }

  async settleIn(): Promise<void> {
    const { user, password, apart } = this.files.credentials();
    // Once only: whoever may make queues there could send us tasks by this way.
    if (apart) return;
    try {
      const left = await moveOldQueues(this.management.url, user, password);
      if (left === 0) this.files.noteApart();
      else complain(`${left} old queues in RabbitMQ could not be moved yet; the next start tries it again.`);
    } catch (error) {
      complain(`Old queues in RabbitMQ could not be moved; the next start tries it again: ${String(error)}`);
    }
  }

  private isAlive(): boolean {
    return isStillRunning(this.run.process);
  }

  private restart(): void {
    if (this.executable === undefined)
      throw new CliError('The installed RabbitMQ is gone, so our node cannot be started again.');
    this.run = { ports: this.run.ports, process: launch(this.files, this.executable, this.run.ports) };
  }

  async stop(force = false): Promise<void> {
    // A node that never was ready holds nothing that is not on disk, and ignores SIGTERM while it boots.
    const kind = force || !this.wasReady ? 'SIGKILL' : 'SIGTERM';
    signal(this.run.process.pid, this.isAlive(), kind);
    const deadline = Date.now() + STOP_LIMIT_MS;
    while (this.isAlive()) {
      if (Date.now() > deadline) signal(this.run.process.pid, this.isAlive(), 'SIGKILL');
      await delay(POLL_MS);
    }
    await stopPortMapper(this.run.ports.epmd);
  }

  private explainEnd(): string {
    const lines = lastErrorLines(this.files.logDir);
    return [`Our RabbitMQ node stopped while it started; its log is in ${this.files.logDir}.`, ...lines].join(
      '\n',
    );
  }
}

/**
 * What knows the topology brings an AMQP client along, which would cost the launcher, that stays for days, 50 MB. So
 * another process writes the file, where there is a built one.
 */
async function makeDefinitions(dir: string): Promise<void> {
  const program = fileURLToPath(new URL('./write-definitions.js', import.meta.url));
  if (existsSync(program)) await promisify(execFile)(process.execPath, [program, dir]);
  else (await import('./write-definitions.js')).writeDefinitions(dir);
}

function launch(files: PrivateNodeFiles, executable: string, ports: NodePorts): NodeRun['process'] {
  const { nodeName } = files.credentials();
  files.writeSettings(ports);
  const child: ChildProcess = spawn(executable, [], {
    cwd: files.dir,
    env: childEnv(files.environment(ports, nodeName)),
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  child.on('error', () => undefined); // told by the missing process below
  const process = child.pid === undefined ? undefined : identityOf(child.pid);
  if (!process) throw new CliError(`RabbitMQ could not be started: ${executable} does not run.`);
  files.writeRun({ process, ports });
  return process;
}

function signal(pid: number, alive: boolean, name: NodeJS.Signals): void {
  if (!alive) return;
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Ends the node's own port mapper. epmd refuses while a node is registered with it, which a killed one is for a moment
 * more; so it is asked again.
 */
async function stopPortMapper(port: number): Promise<void> {
  const deadline = Date.now() + PORT_MAPPER_LIMIT_MS;
  while ((await isListening(port)) && Date.now() < deadline) {
    // Where epmd is not on the PATH it stays, and the next start finds it again.
    await promisify(execFile)('epmd', ['-port', String(port), '-kill']).catch(() => undefined);
    await delay(POLL_MS);
  }
}

/** The last lines of the newest log that tell of an error. */
function lastErrorLines(logDir: string): string[] {
  const newest = readdirSync(logDir)
    .filter((name) => name.endsWith('.log'))
    .map((name) => join(logDir, name))
    .sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)[0];
  if (newest === undefined) return [];
  return readFileSync(newest, 'utf8')
    .split('\n')
    .filter((line) => /\[(error|critical)\]/.test(line))
    .slice(-3);
}
