import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PrivateRedis, TestRedisClient } from '../../support/private-redis.js';
import type { Answer, OutputFile, Question } from '../check/observation.js';
import type { Dice } from '../dice.js';
import { photoOfJpeg } from '../photos/jpeg-of-photo.js';
import type { NumberedPhoto } from '../photos/numbered-photo.js';
import type { History } from './history.js';
import type { Outsider, OutsiderView } from './outsider.js';

const STREAM = 'photo_repair_tasks';
const GROUP = 'repair_workers';
const RESULTS = 'repair_results';
const FAILED = 'failed_tasks';
/** Where it reads its outcomes. */
const PLACE = 'redis';
const TASK_TYPES = ['person', 'building'];
const PART = /^\..*\.part$/;
const PAUSE_MS = 50;
const SHORT_PAUSE_MS = 5;

export interface RedisUserOptions {
  redis: PrivateRedis;
  /** With the folders `uploads` and `output`. */
  folder: string;
  /** Its name, and that of its folders. */
  name: string;
  history: History;
  dice: Dice;
}

/** What there is of a photo in Redis: the entry that was added. */
interface Added {
  /** Null for an entry that can be no task. */
  photo: NumberedPhoto | null;
  entryId: string;
}

/** The users' program that adds tasks to a stream and finds results in a folder. */
export class RedisUser implements Outsider {
  private readonly added: Added[] = [];
  private adding: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: RedisUserOptions) {}

  /** Makes the group, as the users' workers did at each start. */
  static async open(options: RedisUserOptions): Promise<RedisUser> {
    const user = new RedisUser(options);
    await mkdir(join(user.uploads, options.name), { recursive: true });
    await mkdir(user.output, { recursive: true });
    await options.redis.client.xGroupCreate(STREAM, GROUP, '0', { MKSTREAM: true }).catch(ifThere);
    return user;
  }

  get uploads(): string {
    return join(this.options.folder, 'uploads');
  }

  get output(): string {
    return join(this.options.folder, 'output');
  }

  /** Puts each photo into its folder, and adds an entry for it; resolves when Redis has all of them. */
  async bring(photos: readonly NumberedPhoto[], pace: () => number = () => 1): Promise<void> {
    for (const [index, photo] of photos.entries()) {
      while (index / photos.length > pace() && pace() < 1) await sleep(PAUSE_MS);
      await this.alone(() => this.add(photo));
    }
  }

  /** kill -9 of Redis, for good. */
  async killRedis(): Promise<void> {
    await this.alone(() => this.options.redis.kill());
  }

  /** kill -9 of Redis, and up again, between two entries: what was added is on its disk. */
  async restartRedis(): Promise<void> {
    const { redis } = this.options;
    await this.alone(async () => {
      await redis.kill();
      await redis.run();
    });
  }

  /** Waits until a bridge has an entry in hand. */
  untilTaken(timeoutMs: number): Promise<void> {
    return this.until(timeoutMs, async (client) => (await client.xPending(STREAM, GROUP)).pending > 0);
  }

  /** Waits until one more outcome was told than at this moment. */
  async untilTold(timeoutMs: number): Promise<void> {
    const before = await this.ask((client) => client.xLen(RESULTS));
    await this.until(timeoutMs, async (client) => (await client.xLen(RESULTS)) > before);
  }

  async look(): Promise<OutsiderView> {
    const [results, failed, pending, groups] = await this.ask((client) =>
      Promise.all([
        client.xRange(RESULTS, '-', '+'),
        client.xRange(FAILED, '-', '+'),
        client.xPending(STREAM, GROUP),
        client.xInfoGroups(STREAM),
      ]),
    );
    const lag = groups.find(({ name }) => name === GROUP)?.lag ?? 0;
    const files = await readdir(this.folderOfResults).catch(() => []);
    return {
      questions: this.added.map(({ photo, entryId: key }): Question => ({
        key,
        photo: photo?.number ?? null,
        told: [PLACE],
        wantsFile: true,
      })),
      answers: [...(results ?? []), ...(failed ?? [])].map(toAnswer),
      outputs: await Promise.all(files.filter((file) => !PART.test(file)).map((file) => this.outputOf(file))),
      queues: [{ queue: `${STREAM} in Redis`, ready: lag, unacked: pending.pending }],
      temporary: files.filter((file) => PART.test(file)),
    };
  }

  private get folderOfResults(): string {
    return join(this.output, this.options.name);
  }

  private async add(photo: NumberedPhoto): Promise<void> {
    const { name, history, dice } = this.options;
    const path = join(this.uploads, name, `${photo.number}.png`);
    await writeFile(path, photo.file);
    const taskType = dice.pick(TASK_TYPES);
    const submission = history.begin(name, photo.number, taskType);
    const fields = { image_path: path, workflow_type: taskType, user_id: name };
    const entryId = await this.options.redis.client.xAdd(STREAM, '*', fields);
    submission.isConfirmed = true;
    this.added.push({ photo, entryId });
  }

  /** Adds entries that can be no tasks. */
  async bringBad(entries: readonly Record<string, string>[]): Promise<void> {
    for (const fields of entries) {
      await this.alone(async () => {
        const entryId = await this.options.redis.client.xAdd(STREAM, '*', fields);
        this.added.push({ photo: null, entryId });
      });
    }
  }

  private async outputOf(file: string): Promise<OutputFile> {
    const key = file.replace(/\.jpg$/, '');
    const photos = this.added.toSorted((a, b) => Number(b.entryId === key) - Number(a.entryId === key));
    const path = join(this.folderOfResults, file);
    return {
      key,
      photo: await photoOfJpeg(
        path,
        photos.flatMap(({ photo }) => photo ?? []),
      ),
    };
  }

  private async until(
    timeoutMs: number,
    condition: (client: TestRedisClient) => Promise<boolean>,
  ): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await this.ask(condition))) {
      if (Date.now() > deadline) throw new Error(`Nothing has happened in Redis for ${timeoutMs} ms.`);
      await sleep(SHORT_PAUSE_MS);
    }
  }

  /** One after the other, so that Redis is not restarted while it may or may not have got something. */
  private alone<T>(act: () => Promise<T>): Promise<T> {
    const done = this.adding.then(act);
    this.adding = done.catch(() => undefined);
    return done;
  }

  /** Asks Redis until it answers. */
  private async ask<T>(command: (client: TestRedisClient) => Promise<T>): Promise<T> {
    return this.alone(() => command(this.options.redis.client));
  }
}

/** The bridge has made the group already. */
function ifThere(error: unknown): void {
  if (!(error instanceof Error && error.message.startsWith('BUSYGROUP'))) throw error;
}

function toAnswer({ id, message }: { id: string; message: Record<string, string> }): Answer {
  return {
    key: message['entry_id'] ?? '',
    by: PLACE,
    taskId: message['id'] ?? null,
    outcome: message['status'] ?? 'refused',
    resultSha256: message['sha256'] ?? null,
    noticeId: id,
    isTaken: true,
    authentic: true,
  };
}
