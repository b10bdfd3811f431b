import type { TaskNotice } from '@app/contracts';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { Answer, Question } from '../check/observation.js';
import { History, idsOf } from './history.js';
import type { Outsider, OutsiderView } from './outsider.js';

/** How the receiver is. `redirecting` leads to a server of its own network; `down` takes no connections. */
export type Mood = 'well' | 'failing' | 'hanging' | 'redirecting' | 'gone' | 'down';

/** One request, as it came. */
export interface Post {
  at: number;
  mood: Mood;
  id: string;
  authentic: boolean;
  notice: TaskNotice;
  body: string;
}

/** Of what a receiver is to hear. */
export interface ExpectedOutcomes {
  /** Its answers count for the photos of these submissions. */
  history: History;
  /** Whose outcomes it is to hear of: the names of clients. */
  clients: readonly string[];
  /** `whsec_…` */
  secret: () => string;
}

/** Where it hears of outcomes. */
const PLACE = 'webhook';

/** A receiver of outcomes on loopback that has good and bad times, and believes nothing that is not signed. */
export class WebhookSink implements Outsider {
  readonly posts: Post[] = [];
  /** Connections to the server that it leads to while it is redirecting. */
  inwardConnections = 0;
  private mood: Mood = 'well';
  private port = 0;
  private readonly held = new Set<ServerResponse>();
  private readonly server: Server;
  private readonly inward: Server;

  private expected: ExpectedOutcomes = { history: new History(), clients: [], secret: () => '' };

  private constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.inward = createServer((_request, response) => response.end()).on('connection', (socket: Socket) => {
      this.inwardConnections++;
      socket.destroy();
    });
  }

  static async start(): Promise<WebhookSink> {
    const sink = new WebhookSink();
    await listen(sink.inward, 0);
    await listen(sink.server, 0);
    sink.port = (sink.server.address() as AddressInfo).port;
    return sink;
  }

  /** `host:port`, as `WEBHOOK_HOSTS` wants it. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.host}/outcomes`;
  }

  /** It hears of these from here on. */
  expect(outcomes: ExpectedOutcomes): void {
    this.expected = outcomes;
  }

  /** Those that it took. */
  get taken(): Post[] {
    return this.posts.filter(({ mood }) => mood === 'well');
  }

  /** Requests that it holds without an answer. */
  get holds(): number {
    return this.held.size;
  }

  /** What it held while it was hanging is cut off. */
  async become(mood: Mood): Promise<void> {
    const before = this.mood;
    this.mood = mood;
    for (const response of this.held) response.destroy();
    this.held.clear();
    if (mood === 'down' && before !== 'down') await close(this.server);
    if (mood !== 'down' && before === 'down') await listen(this.server, this.port);
  }

  async look(): Promise<OutsiderView> {
    const { history, clients } = this.expected;
    const theirs = history.submissions.filter(({ client }) => clients.includes(client));
    return {
      questions: theirs
        .filter((submission) => submission.isConfirmed || idsOf(submission).length > 0)
        .map(({ key, photo }): Question => ({
          key: `webhook ${key}`,
          photo,
          told: [PLACE],
          wantsFile: false,
        })),
      answers: this.posts.map(({ mood, id, authentic, notice: { data } }): Answer => {
        const submission = theirs.find((each) => each.key === data.task_id || idsOf(each)[0] === data.id);
        return {
          key: `webhook ${submission?.key ?? data.id}`,
          by: PLACE,
          taskId: data.id,
          outcome: data.status,
          resultSha256: data.result?.sha256 ?? null,
          noticeId: id,
          isTaken: mood === 'well',
          authentic,
        };
      }),
      outputs: [],
      queues: [],
      temporary: [],
    };
  }

  async stop(): Promise<void> {
    await this.become('well');
    await Promise.all([close(this.server), close(this.inward)]);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { mood } = this;
    const body = await text(request);
    this.posts.push({
      at: Date.now(),
      mood,
      id: String(request.headers['webhook-id']),
      authentic: this.isAuthentic(body, request.headers),
      notice: JSON.parse(body) as TaskNotice,
      body,
    });
    const { port } = this.inward.address() as AddressInfo;
    if (mood === 'hanging') this.held.add(response);
    else if (mood === 'redirecting') response.writeHead(307, { location: `http://127.0.0.1:${port}/` }).end();
    else response.writeHead({ well: 204, failing: 500, gone: 410, down: 503 }[mood]).end();
  }

  private isAuthentic(body: string, headers: IncomingMessage['headers']): boolean {
    try {
      new Webhook(this.expected.secret()).verify(body, headers as Record<string, string>);
      return true;
    } catch {
      return false;
    }
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
