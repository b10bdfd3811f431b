import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { createHash } from 'node:crypto';
import { storeError } from './s3-errors.js';
import type { S3Options } from './s3-options.js';

/** How long what may take, in milliseconds. */
export interface S3Limits {
  connectMs: number;
  /** Nothing came or went for so long. */
  silenceMs: number;
  /** Of one request with its repetitions, up to its answer. A part has 5 MiB at most. */
  requestMs: number;
  /** Of an upload in parts. */
  uploadMs: number;
}

export const S3_LIMITS: S3Limits = {
  connectMs: 3_000,
  silenceMs: 15_000,
  requestMs: 60_000,
  uploadMs: 10 * 60_000,
};

const ATTEMPTS = 3;
const SOCKETS = 64;

/** A client of an S3 server whose every request ends: within a minute, after three attempts at most. */
export class S3Connection {
  readonly client: S3Client;

  constructor(
    { endpoint, region, pathStyle, credentials }: S3Options,
    readonly limits: S3Limits = S3_LIMITS,
  ) {
    this.client = new S3Client({
      region,
      forcePathStyle: pathStyle,
      ...(endpoint !== undefined && { endpoint }),
      ...(credentials !== undefined && { credentials }),
      maxAttempts: ATTEMPTS,
      // Checksums in trailers are refused by servers that do not know them; Content-MD5 is known to all.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: new NodeHttpHandler({
        connectionTimeout: limits.connectMs,
        socketTimeout: limits.silenceMs,
        httpAgent: { maxSockets: SOCKETS, keepAlive: true },
        httpsAgent: { maxSockets: SOCKETS, keepAlive: true },
      }),
    });
    this.sendDigests();
  }

  /** @throws ArtifactStoreUnavailable for what `expected` does not know. */
  async send<T>(
    request: (signal: AbortSignal) => Promise<T>,
    expected: (error: unknown) => boolean = () => false,
    limitMs: number = this.limits.requestMs,
  ): Promise<T> {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), limitMs);
    try {
      return await request(control.signal);
    } catch (error) {
      throw expected(error) ? error : storeError(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** With the MD5 of every body that we have whole, a server refuses what has changed on its way (`BadDigest`). */
  private sendDigests(): void {
    this.client.middlewareStack.add(
      (next) => async (args) => {
        const request = args.request as { body?: unknown; headers?: Record<string, string> };
        const { body, headers } = request;
        if (headers !== undefined && (typeof body === 'string' || body instanceof Uint8Array)) {
          headers['content-md5'] ??= createHash('md5').update(body).digest('base64');
        }
        return next(args);
      },
      { step: 'build', name: 'sendContentMd5', priority: 'low' },
    );
  }
}
