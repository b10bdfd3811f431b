import { isFinalState, type TaskNotice } from '@app/contracts';
import type { ConsumeMessage } from 'amqplib';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Question } from '../check/observation.js';
import type { Dice } from '../dice.js';
import type { NumberedPhoto } from '../photos/numbered-photo.js';
import { ForeignConnection } from './foreign-connection.js';
import type { History, Submission } from './history.js';
import type { Outsider, OutsiderView } from './outsider.js';

export interface ForeignClientOptions {
  name: string;
  /** Of each virtual host that it may publish to. */
  urls: readonly string[];
  /** Names itself in each message, and may use the exchange then; otherwise it knows the plain queue alone. */
  named: boolean;
  history: History;
  dice: Dice;
  /** Where the photo lies for us to be fetched. */
  urlOf: (photo: NumberedPhoto) => string;
  /** Where the outcome is to be posted, if anywhere. */
  callbackUrl?: string;
}

export interface ForeignLoad {
  /** Each message is sent so many times, at least and at most. */
  copies: readonly [number, number];
  /** Which share of them may have been sent by now, 0 to 1. */
  pace?: () => number;
}

/** The names under which the users' programs know the types. */
const NAMES: Readonly<Record<string, string>> = {
  person: 'DDColor人物黑白修复.json',
  building: 'DDColor建筑黑白修复.json',
};
const POLL_MS = 20;
/** Where it hears of its tasks. */
const PLACE = 'amqp';

interface ForeignTask {
  photo: NumberedPhoto;
  submission: Submission;
  body: object;
}

/** What it published that can be no task: its key is the id of the message, too. */
interface BadMessage {
  key: string;
  body: unknown;
}

/** A program of another system that publishes tasks and waits for their outcome, and is not sure whether it has published. */
export class ForeignClient implements Outsider {
  /** Everything that it was told, of all kinds. */
  readonly heard: { key: string; notice: TaskNotice }[] = [];
  /** Messages that the broker has confirmed. */
  sent = 0;
  private readonly tasks: ForeignTask[] = [];
  private readonly bad: BadMessage[] = [];
  private connections: ForeignConnection[] = [];

  private constructor(private readonly options: ForeignClientOptions) {}

  static async open(options: ForeignClientOptions): Promise<ForeignClient> {
    const client = new ForeignClient(options);
    const { urls, named } = options;
    // One of both kinds in each virtual host.
    const doors = urls.flatMap((url) => (['queue', 'direct'] as const).map((answers) => ({ url, answers })));
    client.connections = await Promise.all(
      doors.map((door) =>
        ForeignConnection.open({ ...door, named, heard: (message) => client.hear(message) }),
      ),
    );
    return client;
  }

  /** Publishes a task for each photo, again and again, all of them in any order; resolves when all are confirmed. */
  async bring(photos: readonly NumberedPhoto[], { copies, pace = () => 1 }: ForeignLoad): Promise<void> {
    const { dice } = this.options;
    const tasks = photos.map((photo) => this.taskOf(photo));
    this.tasks.push(...tasks);
    const messages = dice.shuffle(
      tasks.flatMap((task) => Array.from({ length: dice.between(...copies) }, () => task)),
    );
    for (const [index, task] of messages.entries()) {
      while (index / messages.length > pace() && pace() < 1) await sleep(POLL_MS);
      await this.send(task);
      task.submission.isConfirmed = true;
      this.sent++;
    }
  }

  /** Publishes what can be no task; resolves when it is confirmed. */
  async bringBad(bodies: readonly unknown[]): Promise<void> {
    const { name, dice } = this.options;
    for (const body of bodies) {
      const key = `${name}-bad-${this.bad.length + 1}`;
      await dice.pick(this.connections).toQueue(body, { correlationId: key, messageId: key });
      this.bad.push({ key, body });
    }
  }

  /** The ids of the messages that can be no tasks. */
  get badIds(): string[] {
    return this.bad.map(({ key }) => key);
  }

  async look(): Promise<OutsiderView> {
    const confirmed = this.tasks.filter(({ submission }) => submission.isConfirmed);
    return {
      questions: [
        ...confirmed.map(({ photo, submission: { key } }) => toQuestion(key, photo.number)),
        ...this.bad.map(({ key }) => toQuestion(key, null)),
      ],
      answers: this.heard
        .filter(({ notice: { type, data } }) => type === 'task.refused' || isFinal(data.status))
        .map(({ key, notice: { data } }): Answer => {
          const { id: taskId, status: outcome, result } = data;
          const resultSha256 = result?.sha256 ?? null;
          // The same state may be told again as the answer to a message that came again.
          const told = { key, by: PLACE, taskId, outcome, resultSha256 };
          return { ...told, noticeId: null, isTaken: true, authentic: true };
        }),
      outputs: [],
      queues: [],
      temporary: [],
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close()));
  }

  private taskOf(photo: NumberedPhoto): ForeignTask {
    const { name, dice, history, urlOf, callbackUrl } = this.options;
    const taskType = dice.pick(Object.keys(NAMES));
    const key = `${name}-${photo.number}`;
    const body = {
      task_id: key,
      image_url: urlOf(photo),
      workflow_type: NAMES[taskType],
      ...(callbackUrl !== undefined && { callback_url: callbackUrl }),
    };
    return { photo, submission: history.begin(name, photo.number, taskType, key), body };
  }

  private send({ body, submission: { taskType, key } }: ForeignTask): Promise<void> {
    const { dice, named } = this.options;
    const connection = dice.pick(this.connections);
    const properties = { correlationId: key };
    if (named && dice.whole(2) === 0) return connection.toExchange(taskType, body, properties);
    return connection.toQueue(body, properties);
  }

  private hear({ content, properties }: ConsumeMessage): void {
    const notice = JSON.parse(content.toString('utf8')) as TaskNotice;
    this.heard.push({ key: String(properties.correlationId), notice });
  }
}

function toQuestion(key: string, photo: number | null): Question {
  return { key, photo, told: [PLACE], wantsFile: false };
}

function isFinal(status: TaskNotice['data']['status']): boolean {
  return status !== 'refused' && isFinalState(status);
}
