import { engineAddress } from '@app/comfyui';
import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { harmless } from '../parking/parked-lines.js';
import { PortPicker } from '../system/free-port.js';
import { say } from '../terminal.js';
import { LocalWorker } from './local-worker.js';
import type { Look, SeenWorker } from './look.js';
import type { Places } from './places.js';
import type { WorkerSettings } from './worker-launch.js';
import { WorkerLog } from './worker-log.js';
import type { WorkerRecord, WorkerRecords } from './worker-records.js';
import type { StepOutcome, Workforce } from './workforce.js';

const LOOK_MS = 200;

/** How the workers of this machine are called, and what becomes of them at the end. */
export interface LocalWorkersOptions {
  namePrefix: string;
  /** They go on when the supervisor ends. */
  keep: boolean;
  /** Of the worker at the first engine; the next ones, and one that is taken, move on to the next free port. */
  firstPort: number;
  logDir: string;
  settings: WorkerSettings;
}

/** Worker processes of this machine, each with an engine of its own. */
export class LocalWorkers implements Workforce {
  private workers: LocalWorker[] = [];
  /** Asked to stop by a supervisor before this one, as far as that could write it down. */
  private doubtful = new Set<LocalWorker>();
  /** Also of workers that have ended: the API remembers each for a while. */
  private readonly names = new Set<string>();
  private look: Look = { types: [], workers: [], pausedWorkers: new Set() };

  constructor(
    private readonly places: Places,
    private readonly records: WorkerRecords,
    private readonly options: LocalWorkersOptions,
  ) {}

  /** Takes over the workers that a supervisor before this one has left at work. */
  adopt(): void {
    for (const record of this.records.all()) {
      const worker = this.worker(record.name, record.engine, record.port, record);
      if (!worker.isRunning) {
        this.records.remove(record.name);
        continue;
      }
      this.workers.push(worker);
      if (worker.stopping) this.doubtful.add(worker);
      say(`${worker.name} (process ${worker.pid}) is there already, with ${worker.engine}.`);
    }
  }

  hear(look: Look): void {
    this.look = look;
    for (const worker of this.doubtful) {
      const seen = look.workers.filter(({ name }) => name === worker.name);
      if (seen.length > 0 && seen.every(({ stopping }) => !stopping)) worker.goOn();
    }
    this.doubtful.clear();
  }

  get count(): number {
    return this.atWork.length;
  }

  get arriving(): number {
    return this.atWork.filter((worker) => this.seen(worker).length === 0).length;
  }

  async grow(): Promise<StepOutcome> {
    if (this.look.workers.some(({ name, leaving }) => leaving && this.names.has(name)))
      return { done: false, words: 'this machine is about to be taken away' };
    const others = this.look.workers.filter(({ name }) => !this.names.has(name));
    const place = this.places.free(this.workers, others);
    const { firstPort } = this.options;
    if (place === undefined) {
      const reasons = this.places.lentOut(others).map(harmless);
      return { done: false, words: ['no engine is free', ...reasons].join('; ') };
    }
    const name = this.freeName(place.number);
    const worker = this.worker(name, engineAddress(place.url), firstPort + place.number - 1);
    this.workers.push(worker);
    await worker.start();
    return { done: true, words: `starting ${worker.name} (process ${worker.pid}) with ${worker.engine}` };
  }

  /** The API is asked who is busy. One that it does not know may be busy, too. */
  shrink(): Promise<StepOutcome> {
    const idle = this.atWork.filter((worker) => {
      const seen = this.seen(worker);
      return seen.length > 0 && seen.every(({ busy }) => !busy);
    });
    const isOfNoUse = (worker: LocalWorker) =>
      worker.isOutdated || this.seen(worker).some(({ closed }) => closed);
    const leaves = idle.find(isOfNoUse) ?? idle.at(-1);
    if (leaves === undefined)
      return Promise.resolve({
        done: false,
        words: 'each has a photo in work and goes on until it has none',
      });
    leaves.stop();
    return Promise.resolve({ done: true, words: `stopping ${leaves.name}, which does nothing` });
  }

  async tend(): Promise<void> {
    for (const worker of this.workers) await worker.tend();
    for (const worker of this.workers.filter(({ isGone }) => isGone)) worker.forget();
    this.workers = this.workers.filter(({ isGone }) => !isGone);
  }

  async end(): Promise<void> {
    const names = this.workers.map(({ name }) => name).join(', ');
    if (names === '') return;
    if (this.options.keep) return say(`${names} go on; the next supervisor finds them.`);
    say(`Stopping ${names}: each finishes its photo first.`);
    for (const worker of this.workers) worker.stop();
    for (; this.workers.length > 0; await delay(LOOK_MS)) await this.tend();
  }

  /** What an operator has paused is left alone: it is neither counted nor stopped. */
  private get atWork(): LocalWorker[] {
    return this.workers.filter(({ name, stopping }) => !stopping && !this.look.pausedWorkers.has(name));
  }

  /** One of the same name that was there before, and has stopped, may still be remembered beside it. */
  private seen({ name }: LocalWorker): SeenWorker[] {
    return this.look.workers.filter((seen) => seen.name === name && !seen.stopping);
  }

  /** The number of its place, so that a worker that comes back to an engine has the name that it had. */
  private freeName(number: number): string {
    const nameOf = (candidate: number) => `${this.options.namePrefix}-${candidate}`;
    let free = number;
    while (this.workers.some(({ name }) => name === nameOf(free))) free += 1;
    return nameOf(free);
  }

  /** The wanted port, or the next one that is free and that no other worker is about to use. */
  private async freePort(name: string, wanted: number): Promise<number> {
    const picker = new PortPicker();
    const others = this.workers.filter((worker) => worker.name !== name).map(({ port }) => port);
    let port = await picker.pick(wanted);
    while (others.includes(port)) port = await picker.pick(port + 1);
    return port;
  }

  private worker(name: string, engine: string, port: number, left?: WorkerRecord): LocalWorker {
    const { settings, logDir } = this.options;
    this.names.add(name);
    const log = new WorkerLog(join(logDir, `${name}.log`));
    const means = { records: this.records, log, settings, freePort: () => this.freePort(name, port) };
    return new LocalWorker(name, engine, this.places.urlOf(engine), means, left);
  }
}
