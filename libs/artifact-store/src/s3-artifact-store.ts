import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { checkKey, checkPrefix } from './artifact-key.js';
import { ArtifactStoreUnavailable } from './artifact-store.errors.js';
import { ArtifactStore, type StoredArtifact } from './artifact-store.js';
import { discard, gather, gatherFile, type GatheredSource } from './gathered-source.js';
import { inTurns } from './in-turns.js';
import { S3Connection, type S3Limits } from './s3-connection.js';
import { DIGEST, S3Download, type ObjectPlace } from './s3-download.js';
import { isAbsent, s3ErrorOf } from './s3-errors.js';
import type { S3Options } from './s3-options.js';
import { abortStaleUploads } from './s3-stale-uploads.js';

/** As small as a part may be (Amazon S3); what is not longer goes in one request. */
const PART_BYTES = 5 * 1024 * 1024;
const PARTS_AT_ONCE = 3;
/** What one request may delete. */
const DELETED_AT_ONCE = 1000;
const HEADS_AT_ONCE = 16;
/** Servers tell times in seconds. */
const CLOCK_MS = 1000;
const MOST_CONFLICTS = 5;

const HTTP = { conflict: 409, preconditionFailed: 412, notImplemented: 501 } as const;

/**
 * Keeps artifacts in a bucket of Amazon S3 or of a server that speaks its protocol, for as many processes of as many
 * machines as there are. An object shows what was written whole or nothing; its SHA-256 is kept beside it. The bucket has
 * to be there.
 *
 * A source is read to its end before any of it is sent, beyond 5 MiB into a temporary file.
 */
export class S3ArtifactStore extends ArtifactStore {
  private readonly connection: S3Connection;

  constructor(
    private readonly options: S3Options,
    limits?: S3Limits,
  ) {
    super();
    this.connection = new S3Connection(options, limits);
  }

  async prepare(): Promise<{ removedParts: number }> {
    const { bucket: Bucket, prefix } = this.options;
    const { client } = this.connection;
    await this.connection.send((abortSignal) =>
      client.send(new HeadBucketCommand({ Bucket }), { abortSignal }),
    );
    return { removedParts: await abortStaleUploads(this.connection, Bucket, prefix) };
  }

  async put(key: string, source: Readable | Buffer, mediaType: string): Promise<StoredArtifact> {
    const stream = Buffer.isBuffer(source) ? Readable.from([source]) : source;
    // See LocalArtifactStore.put: it may break before its first byte is asked for.
    stream.on('error', () => undefined);
    try {
      const place = this.placeOf(key);
      const gathered = await gather(stream, PART_BYTES);
      try {
        return await this.store(place, gathered, mediaType);
      } finally {
        await discard(gathered);
      }
    } catch (error) {
      stream.destroy();
      throw error;
    }
  }

  async putFile(key: string, path: string, mediaType: string): Promise<StoredArtifact> {
    const place = this.placeOf(key);
    return this.store(place, await gatherFile(path, PART_BYTES), mediaType);
  }

  async moveFile(key: string, path: string, mediaType: string): Promise<void> {
    await this.putFile(key, path, mediaType);
    await rm(path, { force: true });
  }

  async putIfAbsent(key: string, note: Buffer, mediaType: string): Promise<boolean> {
    const { Bucket, Key } = this.placeOf(key);
    if (await this.exists(key)) return false;
    const gathered = await gather(Readable.from([note]), PART_BYTES);
    const params = { Bucket, Key, Body: note, ContentType: mediaType, Metadata: digestOf(gathered) };
    for (let conflicts = 0; ; conflicts++) {
      const status = await this.putConditionally({ ...params, IfNoneMatch: '*' });
      if (status === undefined) return true;
      if (status === HTTP.preconditionFailed) return false;
      // Another one was writing it in the same moment; whether it is there then is not said.
      if (status === HTTP.conflict && conflicts < MOST_CONFLICTS) continue;
      await this.send(new PutObjectCommand(params));
      return true;
    }
  }

  async open(key: string): Promise<{ stream: Readable; bytes: number }> {
    return S3Download.open(this.connection, this.placeOf(key));
  }

  async read(key: string): Promise<Buffer> {
    return buffer((await this.open(key)).stream);
  }

  async exists(key: string): Promise<boolean> {
    const { Bucket, Key } = this.placeOf(key);
    const { client } = this.connection;
    const command = new HeadObjectCommand({ Bucket, Key });
    try {
      await this.connection.send((abortSignal) => client.send(command, { abortSignal }), isAbsent);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    const { Bucket, Key } = this.placeOf(key);
    const { client } = this.connection;
    const command = new DeleteObjectCommand({ Bucket, Key });
    try {
      await this.connection.send((abortSignal) => client.send(command, { abortSignal }), isAbsent);
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }

  /** The server does not say what was there, so each is looked for first. */
  async deleteAll(keys: Iterable<string>): Promise<number> {
    const wanted = [...new Set(keys)];
    for (const key of wanted) checkKey(key);
    const looked = await inTurns(wanted, HEADS_AT_ONCE, (key) => this.exists(key));
    const failures = looked.flatMap(({ error }) => (error === undefined ? [] : [error]));
    // What could not be looked for may be there.
    const there = wanted.filter((_, index) => looked[index]!.value !== false);
    for (let from = 0; from < there.length; from += DELETED_AT_ONCE) {
      failures.push(...(await this.deleteSome(there.slice(from, from + DELETED_AT_ONCE))));
    }
    if (failures.length > 0) throw failures[0];
    return there.length;
  }

  async *list(prefix: string): AsyncIterable<string> {
    for await (const { key } of this.objects(prefix)) yield key;
  }

  async *listBefore(prefix: string, writtenBefore: number): AsyncIterable<string> {
    for await (const { key, at } of this.objects(prefix)) if (at + CLOCK_MS <= writtenBefore) yield key;
  }

  private async store(
    { Bucket, Key }: ObjectPlace,
    source: GatheredSource,
    ContentType: string,
  ): Promise<StoredArtifact> {
    const params = { Bucket, Key, ContentType, Metadata: digestOf(source) };
    if ('data' in source) await this.send(new PutObjectCommand({ ...params, Body: source.data }));
    else await this.uploadParts({ ...params, Body: createReadStream(source.path) });
    return { bytes: source.bytes, sha256: source.sha256 };
  }

  /** The object is there once all of them are. */
  private async uploadParts(params: ConstructorParameters<typeof PutObjectCommand>[0]): Promise<void> {
    const { client } = this.connection;
    const work = async (signal: AbortSignal) => {
      const upload = new Upload({ client, params, partSize: PART_BYTES, queueSize: PARTS_AT_ONCE });
      signal.addEventListener('abort', () => void upload.abort(), { once: true });
      await upload.done();
    };
    await this.connection.send(work, undefined, this.connection.limits.uploadMs);
  }

  /** Undefined where it was written, else the status by which the server says that it did not. */
  private async putConditionally(
    params: ConstructorParameters<typeof PutObjectCommand>[0],
  ): Promise<number | undefined> {
    const { client } = this.connection;
    const refusals: readonly (number | undefined)[] = Object.values(HTTP);
    const isRefusal = (error: unknown) => refusals.includes(s3ErrorOf(error).status);
    try {
      const command = new PutObjectCommand(params);
      await this.connection.send((abortSignal) => client.send(command, { abortSignal }), isRefusal);
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return s3ErrorOf(error).status;
    }
  }

  private async deleteSome(keys: readonly string[]): Promise<ArtifactStoreUnavailable[]> {
    const { bucket: Bucket, prefix } = this.options;
    const { client } = this.connection;
    const Objects = keys.map((key) => ({ Key: `${prefix}${key}` }));
    if (Objects.length === 0) return [];
    const command = new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } });
    const answer = await this.connection.send((abortSignal) => client.send(command, { abortSignal }));
    return (answer.Errors ?? [])
      .filter(({ Code }) => Code !== 'NoSuchKey')
      .map(({ Code = 'unknown', Key }) => {
        const reason = Code === 'AccessDenied' ? 'denied' : 'failed';
        return new ArtifactStoreUnavailable(new Error(`${Key} was not deleted`), { reason, word: Code });
      });
  }

  private async *objects(prefix: string): AsyncIterable<{ key: string; at: number }> {
    checkPrefix(prefix);
    const { bucket: Bucket, prefix: store } = this.options;
    const { client } = this.connection;
    const wanted = { Bucket, Prefix: `${store}${prefix}`, Delimiter: '/' };
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        ...wanted,
        ...(ContinuationToken && { ContinuationToken }),
      });
      const page = await this.connection.send((abortSignal) => client.send(command, { abortSignal }));
      for (const { Key = '', LastModified } of page.Contents ?? []) {
        yield { key: Key.slice(store.length), at: LastModified?.getTime() ?? Date.now() };
      }
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
  }

  private async send(command: PutObjectCommand): Promise<void> {
    const { client } = this.connection;
    await this.connection.send((abortSignal) => client.send(command, { abortSignal }));
  }

  private placeOf(key: string): ObjectPlace {
    checkKey(key);
    return { Bucket: this.options.bucket, Key: `${this.options.prefix}${key}`, key };
  }
}

function digestOf({ sha256 }: StoredArtifact): Record<string, string> {
  return { [DIGEST]: sha256 };
}
