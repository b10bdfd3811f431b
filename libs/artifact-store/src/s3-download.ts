import { GetObjectCommand, type GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { ArtifactNotFound, ArtifactStoreUnavailable } from './artifact-store.errors.js';
import type { S3Connection } from './s3-connection.js';
import { isAbsent, s3ErrorOf, storeError } from './s3-errors.js';

/** By how many more requests a body is fetched whose line broke. */
const RESUMES = 3;
const PRECONDITION_FAILED = 412;

/** Under which name of its metadata an object has the SHA-256 that was taken when it was written. */
export const DIGEST = 'sha256';

/** Where an object lies, and how callers call it. */
export interface ObjectPlace {
  Bucket: string;
  Key: string;
  /** For errors. */
  key: string;
}

/**
 * Fetches one object as it was when it was opened. Where its line breaks the rest is asked for, as long as it is the same
 * object. What has come is compared with the length and the SHA-256 that it was written with.
 */
export class S3Download {
  private body: Readable;
  private come = 0;

  private constructor(
    private readonly connection: S3Connection,
    private readonly place: ObjectPlace,
    private readonly first: GetObjectCommandOutput,
  ) {
    this.body = bodyOf(first);
  }

  /** @throws ArtifactNotFound, ArtifactStoreUnavailable. */
  static async open(
    connection: S3Connection,
    place: ObjectPlace,
  ): Promise<{ stream: Readable; bytes: number }> {
    const first = await get(connection, place);
    const download = new S3Download(connection, place, first);
    const stream = Readable.from(download.pieces(), { objectMode: false });
    // One that is never read has not begun, and would end nothing.
    stream.once('close', () => download.body.destroy());
    return { stream, bytes: download.bytes };
  }

  private get bytes(): number {
    return this.first.ContentLength ?? 0;
  }

  private async *pieces(): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    for (let resumes = 0; this.come < this.bytes || resumes === 0; resumes++) {
      try {
        if (resumes > 0) this.body = bodyOf(await this.rest());
        for await (const chunk of this.body as AsyncIterable<Buffer>) {
          this.come += chunk.length;
          hash.update(chunk);
          yield chunk;
        }
      } catch (error) {
        if (resumes >= RESUMES || isOther(error)) throw storeError(error);
      }
      if (this.come < this.bytes && resumes >= RESUMES) throw this.damaged('Truncated');
    }
    const expected = this.first.Metadata?.[DIGEST];
    if (this.come !== this.bytes) throw this.damaged('WrongLength');
    if (expected !== undefined && expected !== hash.digest('hex')) throw this.damaged('WrongDigest');
  }

  /** @throws where another object lies there, or none. */
  private async rest(): Promise<GetObjectCommandOutput> {
    return get(this.connection, this.place, {
      Range: `bytes=${this.come}-`,
      ...(this.first.ETag !== undefined && { IfMatch: this.first.ETag }),
    });
  }

  private damaged(word: string): ArtifactStoreUnavailable {
    const cause = new Error(`${this.place.key} came with ${this.come} of ${this.bytes} bytes`);
    return new ArtifactStoreUnavailable(cause, { reason: 'failed', word });
  }
}

async function get(
  connection: S3Connection,
  { Bucket, Key, key }: ObjectPlace,
  more: { Range?: string; IfMatch?: string } = {},
): Promise<GetObjectCommandOutput> {
  const command = new GetObjectCommand({ Bucket, Key, ...more });
  try {
    return await connection.send((abortSignal) => connection.client.send(command, { abortSignal }), isAbsent);
  } catch (error) {
    throw isAbsent(error) ? new ArtifactNotFound(key) : error;
  }
}

function bodyOf({ Body }: GetObjectCommandOutput): Readable {
  return Body instanceof Readable ? Body : Readable.from([]);
}

/** What was opened is not there any more: to ask again helps nobody. */
function isOther(error: unknown): boolean {
  const cause = error instanceof ArtifactStoreUnavailable ? error.cause : error;
  return error instanceof ArtifactNotFound || s3ErrorOf(cause).status === PRECONDITION_FAILED;
}
