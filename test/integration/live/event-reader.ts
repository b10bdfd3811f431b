import type { LiveMessage } from '@app/contracts';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { onTestFinished, vi } from 'vitest';
import type { TestCaller } from '../../support/test-caller.js';

type LiveData<E extends LiveMessage['event']> = Extract<LiveMessage, { event: E }>['data'];

/** One server-sent event. */
interface StreamEvent {
  id: string | undefined;
  message: LiveMessage;
}

/** A client of an event stream, as the standard says it reads (WHATWG HTML, 9.2.6). */
export class EventReader {
  readonly events: StreamEvent[] = [];
  comments = 0;
  retryMs: number | undefined;
  ended = false;

  private constructor(private readonly response: IncomingMessage) {}

  /** Opens a stream on a connection of its own that ends with the test. */
  static async open(
    caller: TestCaller,
    path: string,
    headers: Record<string, string> = {},
  ): Promise<EventReader> {
    const request = get(new URL(path, caller.url), {
      agent: false,
      headers: { ...(await caller.headers()), ...headers },
    });
    onTestFinished(() => void request.destroy());
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const reader = new EventReader(response);
    void reader.read();
    return reader;
  }

  get status(): number | undefined {
    return this.response.statusCode;
  }

  header(name: string): string | undefined {
    return this.response.headersDistinct[name]?.join(', ');
  }

  of<E extends LiveMessage['event']>(event: E): LiveData<E>[] {
    const found = this.events.map(({ message }) => message).filter((message) => message.event === event);
    return found.map(({ data }) => data as LiveData<E>);
  }

  async until(holds: () => void | Promise<void>, timeout = 10_000): Promise<void> {
    await vi.waitFor(holds, { timeout, interval: 10 });
  }

  close(): void {
    this.response.destroy();
  }

  private async read(): Promise<void> {
    let text = '';
    try {
      for await (const chunk of this.response.setEncoding('utf8')) {
        text += String(chunk);
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          this.take(text.slice(0, end));
          text = text.slice(end + 2);
        }
      }
    } catch {
      // The test or the server has cut the connection.
    }
    this.ended = true;
  }

  private take(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) this.comments += 1;
      else fields.set(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart());
    }
    if (fields.has('retry')) this.retryMs = Number(fields.get('retry'));
    const [event, data] = [fields.get('event'), fields.get('data')];
    if (data === undefined) return;
    this.events.push({
      id: fields.get('id'),
      message: { event, data: JSON.parse(data) as unknown } as LiveMessage,
    });
  }
}
