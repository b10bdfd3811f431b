import { complain, say, seconds } from '../terminal.js';
import { identityOf, isStillRunning, type ProcessIdentity } from '../system/process-identity.js';
import { RestartPause } from '../system/restart-pause.js';
import { launchWorker, type WorkerSettings } from './worker-launch.js';
import type { WorkerLog } from './worker-log.js';
import type { WorkerRecord, WorkerRecords } from './worker-records.js';

/** What a worker of this machine needs. */
export interface LocalWorkerMeans {
  records: WorkerRecords;
  log: WorkerLog;
  settings: WorkerSettings;
  /** Where it may listen; another one each time, if need be. */
  freePort: () => Promise<number>;
}

/**
 * One worker process with an engine of its own. It is started again when it ends by itself. It is asked to stop once, and
 * never killed: it finishes its photo, however long that takes.
 */
export class LocalWorker {
  /** It was asked to stop. */
  stopping: boolean;
  private process: ProcessIdentity | null;
  private startedAt = performance.now();
  private readonly pause = new RestartPause();
  private startAt: number | undefined;
  /** Where it listens, or did. */
  port: number | undefined;
  private how = 'nobody saw how';

  /**
   * @param engine its address without credentials
   * @param url of the engine, with credentials; undefined where it is no longer listed, so that the worker cannot be
   * started again
   */
  constructor(
    readonly name: string,
    readonly engine: string,
    private readonly url: string | undefined,
    private readonly means: LocalWorkerMeans,
    left?: WorkerRecord,
  ) {
    this.process = left?.process ?? null;
    this.port = left?.port;
    this.stopping = left?.askedToStop ?? false;
  }

  /** Its engine is not among those that the operator lists. */
  get isOutdated(): boolean {
    return this.url === undefined;
  }

  get isRunning(): boolean {
    return this.process !== null && isStillRunning(this.process);
  }

  /** Nothing is left of it, and nothing will be. */
  get isGone(): boolean {
    return !this.isRunning && (this.stopping || this.isOutdated);
  }

  get pid(): number | undefined {
    return this.process?.pid;
  }

  async start(): Promise<void> {
    if (this.url === undefined) return;
    const { log, settings, freePort } = this.means;
    const port = await freePort();
    this.port = port;
    this.startAt = undefined;
    this.startedAt = performance.now();
    // Before there is a process: a supervisor that is killed in this moment has told the next one whom to look for.
    this.process = null;
    this.save();
    const { pid, ended } = launchWorker({ name: this.name, engine: this.url, port }, log, settings);
    this.process = (pid === undefined ? undefined : identityOf(pid)) ?? null;
    this.save();
    void ended.then((how) => (this.how = how));
  }

  /** Starts it again, after a pause, where it has ended by itself. */
  async tend(): Promise<void> {
    this.means.log.turnOver();
    if (this.isRunning || this.isGone) return;
    const now = performance.now();
    if (this.startAt === undefined) this.crashed(now);
    else if (now >= this.startAt) await this.start();
  }

  /** Asks it to finish what it runs, to give back the rest, and to end. A second request would end it at once. */
  stop(): void {
    if (this.stopping) return;
    this.stopping = true;
    this.save();
    if (this.process === null || !isStillRunning(this.process)) return;
    try {
      process.kill(this.process.pid, 'SIGTERM');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  /** It turned out that nobody has asked it. */
  goOn(): void {
    this.stopping = false;
    this.save();
  }

  /** Once it is gone. */
  forget(): void {
    this.means.records.remove(this.name);
    if (this.stopping) say(`${this.name} has ended.`);
    else complain(`${this.name} ended by itself, and its engine ${this.engine} is not in the list any more.`);
  }

  private crashed(now: number): void {
    const pauseMs = this.pause.after(now - this.startedAt);
    this.startAt = now + pauseMs;
    const words = this.means.log.lastWords();
    const said = words === undefined ? '' : ` Its last words: ${words}`;
    const { path } = this.means.log;
    complain(
      `${this.name} ended by itself (${this.how}); starting it again in ${seconds(pauseMs)} s.${said} Its log: ${path}`,
    );
  }

  private save(): void {
    const { name, engine, process, port = 0, stopping: askedToStop } = this;
    this.means.records.save({ name, engine, port, process, askedToStop });
  }
}
