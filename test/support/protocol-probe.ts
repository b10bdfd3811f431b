import { randomUUID } from 'node:crypto';
import type {
  ComfyEvent,
  ComfyGraph,
  HistoryEntry,
  HistoryResponse,
  PromptResponse,
  QueueResponse,
  UploadResponse,
} from '@app/comfyui';
import sharp from 'sharp';
import { WebSocket } from 'ws';

/** An answer of a server, its body read as far as it can be. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Undefined if the body is no JSON. */
  body: unknown;
}

/** Talks to a ComfyUI server as plainly as possible: no retries, no interpretation. */
export class ProtocolProbe {
  constructor(readonly url: string) {}

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const payload = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(this.url + path, {
      method,
      headers,
      ...(payload !== undefined && { body: payload }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  get(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  async upload(name: string, bytes: Uint8Array, fields: Record<string, string> = {}): Promise<Answer> {
    const form = new FormData();
    form.append('image', new Blob([bytes]), name);
    for (const [key, value] of Object.entries(fields)) form.append(key, value);
    const response = await fetch(`${this.url}/upload/image`, { method: 'POST', body: form });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: parsed(text) };
  }

  /** Uploads a small picture nobody has seen, so that no result of it can be cached. Gives its name. */
  async uploadPicture(): Promise<string> {
    const answer = await this.upload(`${randomUUID()}.png`, await randomPicture());
    return (answer.body as UploadResponse).name;
  }

  async submit(prompt: ComfyGraph, members: Record<string, unknown> = {}): Promise<PromptResponse> {
    const answer = await this.call('POST', '/prompt', { prompt, ...members });
    if (answer.status !== 200) throw new Error(`POST /prompt: ${answer.status} ${answer.text}`);
    return answer.body as PromptResponse;
  }

  async history(promptId: string): Promise<HistoryEntry | undefined> {
    return ((await this.get(`/history/${promptId}`)).body as HistoryResponse)[promptId];
  }
}

/**
 * Throws where the server has prompts that are not ours. Before every call that would hit those, too: a server of
 * somebody else's is not disturbed, the contract then fails instead.
 */
export async function expectNoOthers(probe: ProtocolProbe, ours: (string | undefined)[] = []): Promise<void> {
  const { queue_running, queue_pending } = (await probe.get('/queue')).body as QueueResponse;
  const others = [...queue_running, ...queue_pending].filter(([, id]) => !ours.includes(id));
  if (others.length > 0) {
    throw new Error(
      `${probe.url} works for others (${others.length} prompts); take a server that nobody uses`,
    );
  }
}

/** One socket and all that it has heard. */
export class ProbeSocket {
  readonly events: ComfyEvent[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(
    readonly clientId: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.events.push(JSON.parse((data as Buffer).toString('utf8')) as ComfyEvent);
      for (const wake of this.waiting) wake();
    });
  }

  /** Opens a socket and waits for its first message. */
  static async open(url: string, clientId: string = randomUUID()): Promise<ProbeSocket> {
    const probe = new ProbeSocket(
      clientId,
      new WebSocket(`${url.replace('http', 'ws')}/ws?clientId=${clientId}`),
    );
    await probe.until(() => probe.events.length > 0);
    return probe;
  }

  /** Waits until the condition holds; it is looked at after every message. */
  async until(condition: () => boolean, limitMs = 30_000): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(wake);
        const heard = this.events.map((event) => event.type).join(' ');
        reject(new Error(`not within ${limitMs} ms; heard: ${heard}`));
      }, limitMs);
      const wake = () => {
        if (!condition()) return;
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      this.waiting.add(wake);
    });
  }

  untilNode(node: string): Promise<void> {
    return this.until(() => this.events.some((e) => e.type === 'executing' && e.data.node === node));
  }

  untilEnd(promptId: string): Promise<void> {
    const ends = (e: ComfyEvent) =>
      e.type === 'executing' && e.data.node === null && e.data.prompt_id === promptId;
    return this.until(() => this.events.some(ends));
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  types(): string[] {
    return this.events.map((event) => event.type);
  }

  async close(how: 'politely' | 'abruptly' = 'politely'): Promise<void> {
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    if (how === 'politely') this.socket.close();
    else this.socket.terminate();
    await closed;
  }
}

/** A PNG of 64x48 that differs from every other one. */
export async function randomPicture(): Promise<Buffer> {
  const colour = { r: randomByte(), g: randomByte(), b: randomByte() };
  const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: colour } });
  const dot = {
    create: {
      width: 1 + (randomByte() % 60),
      height: 1 + (randomByte() % 40),
      channels: 3 as const,
      background: 'white',
    },
  };
  return picture
    .composite([{ input: dot, left: 0, top: 0 }])
    .png()
    .toBuffer();
}

function randomByte(): number {
  return Math.floor(Math.random() * 256);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
