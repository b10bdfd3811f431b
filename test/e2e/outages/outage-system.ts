import type { OverviewView, TaskView } from '@app/contracts';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, vi } from 'vitest';
import { AUTHORIZATION, OPERATOR_KEY } from '../../faults/clients/operator-key.js';
import { WebhookSink } from '../../faults/clients/webhook-sink.js';
import { WatchingPrometheus } from '../../faults/monitoring/watching-prometheus.js';
import { PhotoBook } from '../../faults/photos/photo-book.js';
import { AppProcess } from '../../faults/system/app-process.js';
import { FaultBroker } from '../../faults/system/fault-broker.js';
import { EngineStub } from '../../support/engine-stub/engine-stub.js';
import { freePort } from '../../support/free-port.js';
import { PrivatePostgres } from '../../support/private-postgres.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { startSmallDisk, type SmallDisk } from './small-disk.js';
import { TlsFront } from './tls-front.js';

export const WORKER = 'attic';
export const TASK_TYPE = 'person';
/** Of that type. */
const WORKFLOW = ['DDColor人物黑白修复.json', 'DDColor人物黑白修复.task-type.json'];
const VHOST = 'outages';
const PROMPT_MS = 100;
const READY_MS = 60_000;
/** A worker that is killed nine times is started as often. */
const SOON = { timeout: 120_000, interval: 100 };
/** A scrape ends with its interval, and that of an API whose database is slow lasts for 2 s. */
const API_INTERVAL = '3s';
const LOGS = 'out/outages';

/** Who logs in to RabbitMQ, by a user of its own. */
export const PASSWORDS = { api: 'the-right-one', worker: 'the-right-one' } as const;

/** All that photos stand on, each part of it real and each to be harmed: programs, engine, RabbitMQ, database, disk. */
export class OutageSystem {
  readonly photos = new PhotoBook();
  private constructor(
    readonly broker: FaultBroker,
    readonly postgres: PrivatePostgres,
    readonly database: TcpProxy,
    readonly disk: SmallDisk,
    /** By which the API reaches RabbitMQ. */
    readonly tls: TlsFront,
    /** By which the worker does. */
    readonly workerLine: TcpProxy,
    readonly sink: WebhookSink,
    private readonly folder: string,
    private readonly enginePort: number,
  ) {}

  engine!: EngineStub;
  api!: AppProcess;
  worker!: AppProcess;
  prometheus!: WatchingPrometheus;

  static async start(): Promise<OutageSystem> {
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-outages-'));
    const [broker, postgres, disk, sink] = await Promise.all([
      FaultBroker.start(),
      PrivatePostgres.start(),
      startSmallDisk(),
      WebhookSink.start(),
    ]);
    const system = new OutageSystem(
      broker,
      postgres,
      await TcpProxy.to(postgres.url),
      disk,
      await TlsFront.to(broker.url, folder),
      await TcpProxy.to(broker.url),
      sink,
      folder,
      await freePort(),
    );
    try {
      await system.startPrograms();
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  async startEngine(): Promise<void> {
    this.engine = await EngineStub.start({ promptMs: PROMPT_MS, port: this.enginePort });
  }

  /** What RabbitMQ takes for the password of this user from here on. Connections that are open stay so. */
  async setPassword(user: keyof typeof PASSWORDS, password: string): Promise<void> {
    await this.broker.putUser(VHOST, { name: user, password });
  }

  async overview(): Promise<OverviewView> {
    const answer = await fetch(`${this.api.url}/v1/admin/overview`, { headers: AUTHORIZATION });
    expect(answer.status).toBe(200);
    return (await answer.json()) as OverviewView;
  }

  /** Sends a photo once. Gives its task, or the code of the problem that it was refused with. */
  async send(
    kind: 'good' | 'poison' = 'good',
    callbackUrl?: string,
  ): Promise<{ id: string } | { refused: string }> {
    const { number, file } = await this.photos.take(kind);
    const body = new FormData();
    body.append('type', TASK_TYPE);
    if (callbackUrl !== undefined) body.append('callback_url', callbackUrl);
    body.append('image', new Blob([new Uint8Array(file)]), `${number}.png`);
    const answer = await fetch(`${this.api.url}/v1/tasks`, { method: 'POST', headers: AUTHORIZATION, body });
    const said = (await answer.json()) as { id: string; code: string };
    return answer.ok ? { id: said.id } : { refused: said.code };
  }

  /** Sends a photo that has to be taken in. */
  async accepted(kind: 'good' | 'poison' = 'good', callbackUrl?: string): Promise<string> {
    const sent = await this.send(kind, callbackUrl);
    if ('refused' in sent) throw new Error(`A photo was refused: ${sent.refused}`);
    return sent.id;
  }

  private async state(id: string): Promise<TaskView['status']> {
    const answer = await fetch(`${this.api.url}/v1/tasks/${id}`, { headers: AUTHORIZATION });
    return ((await answer.json()) as TaskView).status;
  }

  /** Waits until it is at its end, whichever that is. */
  async end(id: string): Promise<TaskView['status']> {
    return vi.waitFor(async () => {
      const state = await this.state(id);
      expect(['queued', 'running']).not.toContain(state);
      return state;
    }, SOON);
  }

  async stop(): Promise<void> {
    await this.prometheus?.server.remove();
    await Promise.all([this.worker?.remove(), this.api?.remove(), this.engine?.stop()]);
    await Promise.all([this.tls.close(), this.workerLine.close(), this.database.close(), this.sink.stop()]);
    await Promise.all([this.broker.remove(), this.postgres.stop(), this.disk.remove()]);
    await rm(this.folder, { recursive: true, force: true });
  }

  private async startPrograms(): Promise<void> {
    await Promise.all([rm(LOGS, { recursive: true, force: true }), this.startEngine()]);
    await mkdir(LOGS, { recursive: true });
    await this.broker.createVhost(VHOST);
    await this.setPassword('api', PASSWORDS.api);
    await this.setPassword('worker', PASSWORDS.worker);
    // Nobody is to miss workers of a type that the engine of the tests cannot run.
    const workflows = join(this.folder, 'workflows');
    await mkdir(workflows);
    for (const name of WORKFLOW) await copyFile(join('workflows', name), join(workflows, name));
    const { folder: dataDir, settings, preload } = this.disk;
    const shared = { ...settings, DATA_DIR: dataDir, WORKFLOWS_DIR: workflows, LOG_LEVEL: 'info' };
    this.api = await AppProcess.start({
      name: 'api',
      app: 'api',
      logFile: join(LOGS, 'api.log'),
      preload,
      settings: {
        ...shared,
        AMQP_URL: login(this.tls.url, 'api'),
        NODE_EXTRA_CA_CERTS: this.tls.authorityFile,
        DATABASE_URL: this.database.url,
        OPERATOR_KEY,
        QUEUE_TIMEOUT: '0s',
        RATE_LIMIT: '0',
        WEB_DIR: resolve('dist/apps/web'),
        WEBHOOK_HOSTS: this.sink.host,
        WEBHOOK_ALLOW_HTTP: 'true',
        WEBHOOK_RETRY_DELAYS: Array.from({ length: 5_000 }, () => '1s').join(','),
        OUTBOUND_PRIVATE_ADDRESSES: '127.0.0.1',
      },
    });
    await this.api.untilLive();
    this.worker = await AppProcess.start({
      name: WORKER,
      app: 'worker',
      logFile: join(LOGS, 'worker.log'),
      preload: [...preload, './test/faults/preload/poison.mjs'],
      settings: {
        ...shared,
        AMQP_URL: login(this.workerLine.url, 'worker'),
        COMFYUI_URLS: this.engine.url,
        WORKER_NAME: WORKER,
        NVIDIA_SMI: 'off',
        ENGINE_WARM_UP: 'false',
        RETRY_DELAYS: '200ms,500ms',
      },
    });
    await Promise.all([this.api.untilReady(READY_MS), this.worker.untilReady(READY_MS)]);
    const watched = { apis: [this.api], workers: [this.worker], bridges: [] };
    this.prometheus = await WatchingPrometheus.of(watched, this.broker, { apiInterval: API_INTERVAL });
  }
}

function login(url: string, user: keyof typeof PASSWORDS): string {
  const parsed = new URL(url);
  parsed.username = user;
  parsed.password = PASSWORDS[user];
  parsed.pathname = `/${VHOST}`;
  return parsed.toString();
}
