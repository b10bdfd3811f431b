import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { freePort } from './free-port.js';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { pythonProgram } from './python.js';

const SERVER = 'test/support/private-s3.py';
const START_LIMIT_MS = 60_000;
const REGION = 'us-east-1';

/** Who may do everything there. */
export const S3_KEY = { accessKeyId: 'test:tester', secretAccessKey: 'not-a-secret' };

/** Whether a server carries out conditional writes, or refuses them as servers did before 2024. */
export type S3Conditions = 'conditional' | 'plain';

/** An S3 server of our own (OpenStack Swift) on a loopback port, with its data in a folder under the system's temporary one. */
export class PrivateS3 {
  readonly bucket = 'photos';

  private constructor(
    private readonly port: number,
    readonly folder: string,
    private readonly conditions: S3Conditions,
    private child: ChildProcess,
  ) {}

  /** Resolves once it answers, with an empty bucket. */
  static async start(conditions: S3Conditions = 'conditional'): Promise<PrivateS3> {
    const folder = await mkdtemp(join(tmpdir(), 'photo-repair-test-s3-'));
    const port = await freePort();
    const s3 = new PrivateS3(port, folder, conditions, await launch(folder, port, conditions));
    await s3.makeBucket(s3.bucket);
    return s3;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The settings by which programs of ours use it, below `prefix`. */
  settings(prefix = 'tests'): Record<string, string> {
    return {
      ARTIFACT_STORE: `s3://${this.bucket}/${prefix}`,
      S3_ENDPOINT: this.url,
      S3_ACCESS_KEY_ID: S3_KEY.accessKeyId,
      S3_SECRET_ACCESS_KEY: S3_KEY.secretAccessKey,
    };
  }

  /**
   * What it has been asked so far: requests that cost what a write costs at Amazon, and those that cost what a read does.
   * Deletes cost nothing.
   */
  async requests(): Promise<{ puts: number; gets: number }> {
    const lines = (await readFile(join(this.folder, 'requests'), 'utf8')).trim().split('\n');
    const gets = lines.filter((line) => /^(HEAD|GET)/.test(line) && !line.includes('list-type=2')).length;
    return { puts: lines.filter((line) => !line.startsWith('DELETE')).length - gets, gets };
  }

  /** kill -9, and up again with what it had. */
  async kill(): Promise<void> {
    await this.end();
    this.child = await launch(this.folder, this.port, this.conditions);
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private async makeBucket(Bucket: string): Promise<void> {
    const place = { endpoint: this.url, region: REGION, forcePathStyle: true };
    const client = new S3Client({ ...place, credentials: S3_KEY });
    await client.send(new CreateBucketCommand({ Bucket }));
    client.destroy();
  }
}

async function launch(folder: string, port: number, conditions: S3Conditions): Promise<ChildProcess> {
  const { accessKeyId, secretAccessKey } = S3_KEY;
  const args = [SERVER, folder, String(port), accessKeyId, secretAccessKey, conditions];
  // Its standard input ends with us, and it with that.
  const child = spawn(pythonProgram(), args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const trouble = text(child.stderr);
  const lines = createInterface({ input: child.stdout });
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  const listens = once(lines, 'line', { signal: limit }).then(() => true);
  const ended = once(child, 'exit', { signal: limit }).then(() => false);
  if (await Promise.race([listens, ended])) return child;
  throw new Error(
    `The S3 server for tests did not start (apt-get install -y --no-install-recommends python3-swift): ${await trouble}`,
  );
}
