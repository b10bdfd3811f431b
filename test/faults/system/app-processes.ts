import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATOR_KEY } from '../clients/operator-key.js';
import { CRASH_POINTS } from '../preload/crash-points.mjs';
import { AppProcess } from './app-process.js';
import { logsOf, RETRY_ATTEMPTS, settingsIn, type FaultSystemOptions } from './fault-system-options.js';
import { Lines } from './lines.js';

/** Where the processes find the rest of the system. */
export interface Surroundings {
  dataDir: string;
  brokerUrl: string;
  /** The virtual host for programs of other systems; undefined where they have none of their own. */
  intakeUrl: string | undefined;
  databaseUrl: string;
  /** Of all workers. */
  engineUrls: readonly string[];
}

/** Short, so that a scenario with failures does not last for minutes. */
const RETRY_DELAYS = '200ms,500ms';
const PRELOADS = './test/faults/preload';

/** The API, worker and bridge processes of one system, and the lines between them and the rest. */
export class AppProcesses {
  readonly apis: AppProcess[] = [];
  readonly workers: AppProcess[] = [];
  readonly bridges: AppProcess[] = [];
  readonly lines = new Lines();
  private readonly logs: string;
  private readonly crashFile: string;

  constructor(
    private readonly options: FaultSystemOptions,
    private readonly surroundings: Surroundings,
  ) {
    this.logs = logsOf(options);
    this.crashFile = join(surroundings.dataDir, 'crash-at');
  }

  get all(): AppProcess[] {
    return [...this.apis, ...this.workers, ...this.bridges];
  }

  /** Starts them; the first API has made its tables when this resolves. */
  async start(): Promise<void> {
    const { apis = 1, workers = 2, bridges = 0 } = this.options;
    for (let number = 1; number <= apis; number++) this.apis.push(await this.startApi(`api-${number}`));
    await this.clientUrls();
    await this.apis[0]?.untilLive();
    for (let number = 1; number <= workers; number++) {
      this.workers.push(await this.startWorker(`worker-${number}`));
    }
    for (let number = 1; number <= bridges; number++) {
      this.bridges.push(await this.startBridge(`bridge-${number}`));
    }
  }

  async untilReady(timeoutMs: number): Promise<void> {
    await Promise.all(this.all.map((process) => process.untilReady(timeoutMs)));
  }

  /** By which clients reach the API instances. */
  clientUrls(): Promise<string[]> {
    return Promise.all(this.apis.map((api) => this.line(`client-${api.name}`, api.url)));
  }

  /** The first process that gets to this point of the table dies there. */
  arm(point: string): void {
    if (!CRASH_POINTS.some(({ name }) => name === point))
      throw new Error(`No crash point is named '${point}'.`);
    writeFileSync(this.crashFile, point);
  }

  /** Whether it has died. */
  get hasFired(): boolean {
    return !existsSync(this.crashFile);
  }

  /** Times that processes ended although nobody had asked for it, kills included. */
  get deaths(): number {
    return this.all.reduce((sum, process) => sum + process.deaths, 0);
  }

  /** Whether some process has written these words. */
  logged(words: string): boolean {
    return this.all.some(({ logFile }) => readFileSync(logFile, 'utf8').includes(words));
  }

  async remove(): Promise<void> {
    await Promise.all(this.all.map((process) => process.remove()));
    await this.lines.close();
  }

  private startApi(name: string): Promise<AppProcess> {
    const { databaseUrl, intakeUrl } = this.surroundings;
    const settings = {
      DATABASE_URL: databaseUrl,
      ...(intakeUrl !== undefined && { AMQP_INTAKE_URL: intakeUrl }),
      QUEUE_TIMEOUT: '0s',
      OPERATOR_KEY,
      RATE_LIMIT: '1000000',
      ...settingsIn(this.options.apiSettings),
    };
    return this.startProcess('api', name, settings);
  }

  private async startWorker(name: string): Promise<AppProcess> {
    return this.startProcess('worker', name, {
      WORKER_NAME: name,
      COMFYUI_URLS: (await this.engineLines(name)).join(','),
      RETRY_ATTEMPTS: String(RETRY_ATTEMPTS),
      RETRY_DELAYS,
      ...settingsIn(this.options.workerSettings),
    });
  }

  private startBridge(name: string): Promise<AppProcess> {
    return this.startProcess('bridge', name, {
      BRIDGE_NAME: name,
      BRIDGE_API_URL: this.apis[0]!.url,
      ...settingsIn(this.options.bridgeSettings),
    });
  }

  /** `worker-1-engine`, `worker-1-engine-2`, … */
  private engineLines(worker: string): Promise<string[]> {
    const nameOf = (index: number) => `${worker}-engine${index === 0 ? '' : `-${index + 1}`}`;
    return Promise.all(this.surroundings.engineUrls.map((url, index) => this.line(nameOf(index), url)));
  }

  private async startProcess(
    app: 'api' | 'worker' | 'bridge',
    name: string,
    settings: Record<string, string>,
  ): Promise<AppProcess> {
    const { crashable = false, plantedBug, bucket } = this.options;
    const isBuggy = plantedBug?.app === app;
    return AppProcess.start({
      name,
      app,
      logFile: join(this.logs, `${name}.log`),
      preload: [
        ...(crashable ? [`${PRELOADS}/crash-at.mjs`] : []),
        ...(app === 'worker' ? [`${PRELOADS}/poison.mjs`] : []),
        ...(isBuggy ? [`${PRELOADS}/planted-bugs.mjs`] : []),
      ],
      settings: {
        AMQP_URL: await this.line(`${name}-broker`, this.surroundings.brokerUrl),
        DATA_DIR: bucket ? join(this.surroundings.dataDir, name) : this.surroundings.dataDir,
        ...bucket?.settings,
        LOG_LEVEL: 'info',
        ...(crashable && { CRASH_APP: app, CRASH_FILE: this.crashFile }),
        ...(isBuggy && { PLANTED_BUG: plantedBug.name }),
        ...settings,
      },
    });
  }

  private async line(name: string, url: string): Promise<string> {
    return this.options.proxied ? this.lines.by(name, url) : url;
  }
}
