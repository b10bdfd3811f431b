import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type MultipartUpload,
} from '@aws-sdk/client-s3';
import type { S3Connection } from './s3-connection.js';
import { s3ErrorOf } from './s3-errors.js';

/** An upload ends within minutes; one that is an hour old belongs to a process that died. */
const STALE_MS = 60 * 60 * 1000;
/** Parts of killed uploads cost room, nothing else: who may not list them (403, 405, 501) lets the bucket's rules do it. */
const NOT_OURS_TO_LIST: readonly (number | undefined)[] = [403, 405, 501];

/** Removes the parts of uploads that were never completed. @returns of how many. */
export async function abortStaleUploads(
  connection: S3Connection,
  Bucket: string,
  Prefix: string,
): Promise<number> {
  let removed = 0;
  for (const { Key, UploadId, Initiated } of await staleCandidates(connection, Bucket, Prefix)) {
    if ((Initiated?.getTime() ?? Date.now()) > Date.now() - STALE_MS) continue;
    const command = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
    // Another process may do the same.
    const isGone = (error: unknown) => s3ErrorOf(error).status === 404;
    removed += await connection
      .send((abortSignal) => connection.client.send(command, { abortSignal }), isGone)
      .then(() => 1)
      .catch((error: unknown) => {
        if (isGone(error)) return 0;
        throw error;
      });
  }
  return removed;
}

async function staleCandidates(
  connection: S3Connection,
  Bucket: string,
  Prefix: string,
): Promise<MultipartUpload[]> {
  const command = new ListMultipartUploadsCommand({ Bucket, Prefix });
  const isRefused = (error: unknown) => NOT_OURS_TO_LIST.includes(s3ErrorOf(error).status);
  try {
    const { Uploads } = await connection.send(
      (abortSignal) => connection.client.send(command, { abortSignal }),
      isRefused,
    );
    return Uploads ?? [];
  } catch (error) {
    if (isRefused(error)) return [];
    throw error;
  }
}
