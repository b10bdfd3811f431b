import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, type Report } from '../check/check.js';
import type { Expectations } from '../check/observation.js';
import { FaultClient } from '../clients/fault-client.js';
import { History, idsOf, type Submission } from '../clients/history.js';
import { makeKey } from '../clients/make-key.js';
import { Dice } from '../dice.js';
import { FaultEngine } from '../engine/fault-engine.js';
import type { Outsider } from '../clients/outsider.js';
import type { NumberedPhoto } from '../photos/numbered-photo.js';
import { PhotoBook } from '../photos/photo-book.js';
import type { AppProcess } from './app-process.js';
import { AppProcesses } from './app-processes.js';
import { ArtifactFiles } from './artifact-files.js';
import { BucketFiles } from './bucket-files.js';
import { EngineProcesses } from './engine-processes.js';
import { STATISTICS_MS } from './fault-broker.js';
import { logsOf, RETRY_ATTEMPTS, type FaultSystemOptions } from './fault-system-options.js';
import { Inspector } from './inspector.js';
import { StateWatch } from './state-watch.js';
import { TaskTable } from './task-table.js';
import { Witness } from './witness.js';

export interface SubmitOptions {
  /** Between two photos of one client. */
  pauseMs?: number;
  /** Of all photos; without it each has a random one. */
  taskType?: string;
  /** Which share of the photos may have been brought by now, 0 to 1: spreads them over what else is done. */
  pace?: () => number;
}

const CLIENTS = 4;
const TASK_TYPES = ['person', 'building'];
const POLL_MS = 100;
const SHORT_POLL_MS = 10;
const START_LIMIT_MS = 60_000;
/** Two looks of an API at the store, 10 s apart, and what they take on a busy machine. */
const LINES_AGREE_MS = 60_000;
/** What a process that died takes to be started again and to take up its work, on a busy machine. */
const MOST_IDLE_MS = 60_000;

/** API, workers and engine in a virtual host and a data folder of their own, with all that watches them. */
export class FaultSystem {
  readonly history = new History();
  readonly photos = new PhotoBook();
  readonly dice: Dice;
  readonly programs: AppProcesses;
  /** The broker's address for whoever is no part of the system. */
  readonly brokerUrl: string;
  /** The same for the virtual host of other systems' programs; undefined where they have none of their own. */
  readonly intakeUrl: string | undefined;
  /** Programs of other systems; what they know counts from when they are put in here. */
  readonly outsiders: Outsider[] = [];
  inspector: Inspector;
  private readonly vhost = `faults-${crypto.randomUUID()}`;
  private readonly databaseUrl: string;
  private readonly clients = new Map<string, FaultClient>();
  private watch: StateWatch;

  private constructor(
    private readonly options: FaultSystemOptions,
    readonly engine: FaultEngine,
    /** Where they are processes of their own; `engine` is used by nobody then. */
    readonly engines: EngineProcesses | undefined,
    readonly dataDir: string,
  ) {
    this.dice = new Dice(options.seed ?? 1);
    this.brokerUrl = `${options.broker.url}/${this.vhost}`;
    this.databaseUrl = options.databaseUrl ?? `file:${join(dataDir, 'photo-repair.db')}`;
    if (options.intakeVhost) this.intakeUrl = `${this.brokerUrl}-intake`;
    const { brokerUrl, intakeUrl, databaseUrl } = this;
    const engineUrls = [...(engines?.urls ?? [engine.url]), ...(options.moreEngines?.() ?? [])];
    this.programs = new AppProcesses(options, { dataDir, brokerUrl, intakeUrl, databaseUrl, engineUrls });
  }

  /** Resolves once all processes can do their work. */
  static async start(options: FaultSystemOptions): Promise<FaultSystem> {
    const dataDir = await mkdtemp(join(tmpdir(), 'photo-repair-faults-'));
    const logs = logsOf(options);
    await rm(logs, { recursive: true, force: true });
    await mkdir(logs, { recursive: true });
    const engines = options.engines
      ? await EngineProcesses.start(options.engines, { folder: dataDir, logs })
      : undefined;
    const system = new FaultSystem(options, await FaultEngine.start(), engines, dataDir);
    try {
      await system.startAll();
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  get apis(): readonly AppProcess[] {
    return this.programs.apis;
  }

  get bridges(): readonly AppProcess[] {
    return this.programs.bridges;
  }

  get workers(): readonly AppProcess[] {
    return this.programs.workers;
  }

  /** Brings so many new photos. */
  async submit(count: number, options: SubmitOptions = {}): Promise<void> {
    await this.bring(await this.photos.takeMany(count), options);
  }

  /** Several clients bring these photos; resolves when all are accepted. */
  async bring(photos: readonly NumberedPhoto[], options: SubmitOptions = {}): Promise<void> {
    const left = [...photos];
    const urls = await this.programs.clientUrls();
    const { pace = () => 1 } = options;
    const work = async (name: string): Promise<void> => {
      const client = this.clientOf(name, urls);
      for (let photo = left.shift(); photo; photo = left.shift()) {
        while (1 - left.length / photos.length > pace() && pace() < 1) await sleep(POLL_MS);
        await client.submit(photo, options.taskType ?? this.dice.pick(TASK_TYPES));
        if (options.pauseMs) await sleep(options.pauseMs);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, index) => work(`client-${index + 1}`)));
  }

  /** Somebody who brings photos under a key of his own. */
  async newOwner(name: string, album: boolean): Promise<FaultClient> {
    const urls = await this.programs.clientUrls();
    const key = await makeKey(urls[0]!, name);
    return new FaultClient({ name, urls, history: this.history, dice: this.dice, key, album });
  }

  /** Every other client keeps its photos in an album. */
  private clientOf(name: string, urls: readonly string[]): FaultClient {
    const { history, dice } = this;
    const album = this.clients.size % 2 === 0;
    const client = this.clients.get(name) ?? new FaultClient({ name, urls, history, dice, album });
    this.clients.set(name, client);
    return client;
  }

  /** The task that was accepted for a photo. @throws Error where none was. */
  taskOf({ number }: NumberedPhoto): string {
    const [id] = idsOf(this.submissionOf(number));
    if (id === undefined) throw new Error(`Photo ${number} was not accepted.`);
    return id;
  }

  /** @throws Error for a photo that nobody brought. */
  submissionOf(photo: number): Submission {
    const submission = this.history.submissions.find((each) => each.photo === photo);
    if (!submission) throw new Error(`Nobody brought photo ${photo}.`);
    return submission;
  }

  /** Waits until all tasks are at their end and nothing is on its way; false where that is not so in time. */
  async untilQuiet(timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    let quietSince: number | undefined;
    for (;;) {
      quietSince = (await this.inspector.isQuiet()) ? (quietSince ?? Date.now()) : undefined;
      // Twice as long as the broker's figures may be old.
      if (quietSince !== undefined && Date.now() - quietSince > 2 * STATISTICS_MS) return true;
      if (Date.now() > deadline) return false;
      await sleep(POLL_MS);
    }
  }

  /** Waits until the store has so many tasks. @throws Error where that is not so in time. */
  async untilStored(count: number, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (this.watch.sightings.size < count) {
      if (Date.now() > deadline) {
        throw new Error(`${this.watch.sightings.size} of ${count} tasks were stored within ${timeoutMs} ms.`);
      }
      await sleep(SHORT_POLL_MS);
    }
  }

  /** Waits until a worker has begun all of these tasks. @throws Error where that is not so in time. */
  async untilBegun(taskIds: readonly string[], timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const begun = (await this.inspector.steps()).filter(({ step }) => step === 'started');
      const waiting = taskIds.filter((id) => !begun.some(({ taskId }) => taskId === id));
      if (waiting.length === 0) return;
      if (Date.now() > deadline) throw new Error(`Not begun within ${timeoutMs} ms: ${waiting.join(', ')}`);
      await sleep(POLL_MS);
    }
  }

  /** Waits until nothing is left of what was erased; the verdict tells what is. */
  async untilErased(timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while ((await this.inspector.notErased()).length > 0 && Date.now() < deadline) await sleep(POLL_MS);
  }

  /** Waits for quiet and judges what there is then. */
  async verdict(timeoutMs: number, expected: Partial<Expectations> = {}): Promise<Report> {
    await this.untilQuiet(timeoutMs);
    if (this.apis.length > 1) await this.untilLinesAgree();
    return check(await this.inspector.observe(), {
      photos: this.photos.all,
      mayEndAs: () => ['succeeded'],
      mostAttempts: 1 + RETRY_ATTEMPTS,
      mostEngineRuns: 1 + RETRY_ATTEMPTS,
      expectedParked: [],
      mostIdleMs: MOST_IDLE_MS,
      mostCutShort: undefined,
      keptInInbox: 0,
      faultsEndedAt: 0,
      ...expected,
    });
  }

  /** What one API told the other is lost with it: that one sees it for itself. Where it does not, the verdict tells so. */
  private async untilLinesAgree(): Promise<void> {
    const deadline = Date.now() + LINES_AGREE_MS;
    while (!(await this.inspector.doLinesAgree()) && Date.now() < deadline) await sleep(POLL_MS);
  }

  /** Seconds from then to the final state of the last task; 0 where all had ended before. */
  secondsUntilLastEnd(since: number): number {
    return Math.max(0, this.watch.lastFinalAt - since) / 1000;
  }

  /** Ends everything by force and removes what it left. Logs stay. */
  async stop(): Promise<void> {
    await this.inspector?.close();
    await this.programs.remove();
    await this.engines?.remove();
    await this.engine.stop();
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
    for (const vhost of this.vhosts) await this.options.broker.deleteVhost(vhost);
  }

  /** The system's own, and that of other systems' programs. */
  private get vhosts(): string[] {
    return [this.vhost, ...(this.intakeUrl === undefined ? [] : [`${this.vhost}-intake`])];
  }

  private async startAll(): Promise<void> {
    const { broker, bucket } = this.options;
    for (const vhost of this.vhosts) await broker.createVhost(vhost);
    const witness = await Witness.start(this.brokerUrl);
    await this.programs.start();
    const table = await TaskTable.open(this.databaseUrl);
    this.watch = new StateWatch(table, this.workers.length);
    this.inspector = new Inspector({
      broker,
      vhosts: this.vhosts,
      table,
      watch: this.watch,
      witness,
      files: bucket ? new BucketFiles(bucket.store) : new ArtifactFiles(join(this.dataDir, 'artifacts')),
      engine: this.engines ?? this.engine,
      history: this.history,
      apis: this.apis,
      outsiders: this.outsiders,
    });
    await this.programs.untilReady(START_LIMIT_MS);
  }
}
