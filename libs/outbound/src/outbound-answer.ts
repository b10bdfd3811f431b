import type { Readable } from 'node:stream';
import { UrlUnreachable } from './outbound.errors.js';
import { retryAfterMs } from './retry-after.js';

/** An answer whose headers are there and whose body is still on its way. Either `drop` it or read all of `chunks`. */
export class OutboundAnswer {
  constructor(
    readonly host: string,
    readonly status: number,
    private readonly headers: Record<string, unknown>,
    private readonly body: Readable,
  ) {
    // An error before anybody reads is told by `chunks`; without a listener it would end the process.
    body.on('error', () => undefined);
  }

  /** Empty where the header is missing. The name in lower case. */
  header(name: string): string {
    const value = this.headers[name];
    return typeof value === 'string' ? value.trim() : '';
  }

  get retryAfterMs(): number | null {
    return retryAfterMs(this.header('retry-after'));
  }

  /** What proves that bytes are as they were saved on the host: nothing was packed for the way. */
  get isIdentity(): boolean {
    return /^(identity)?$/i.test(this.header('content-encoding'));
  }

  /** Closes the connection: what has not been read is never read. */
  drop(): void {
    this.body.destroy();
  }

  /** The body as it comes; leaving the loop drops the rest. @throws UrlUnreachable where it breaks off. */
  async *chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.body) yield chunk as Buffer;
    } catch {
      throw new UrlUnreachable(`The answer of ${this.host} broke off.`);
    }
  }
}
