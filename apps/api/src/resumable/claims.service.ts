import { ImageError } from '@app/imaging';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { Caller } from '../access/caller.js';
import type { TaskRow, UploadRow } from '../database/schema.js';
import type { UploadedPhoto } from '../multipart/upload.js';
import { ProblemException } from '../problems/problem.exception.js';
import { TasksService, type TakeIn, type TakenIn } from '../tasks/tasks.service.js';
import { isClaimed, type ClaimedUpload } from './claimed-upload.js';
import { UploadBytes } from './upload-bytes.js';
import { UploadLocks } from './upload-locks.js';
import { readUploadMetadata } from './upload-metadata.js';
import { senderIdOf } from './upload-sender.js';
import { UploadsStore } from './uploads.store.js';

/** A photo wherever it lies, and what its caller wants of it. */
export interface PhotoToTake extends Omit<TakeIn, 'photo' | 'reply' | 'fingerprint'> {
  photo: UploadedPhoto | ClaimedUpload;
  caller: Caller;
}

type Claim = PhotoToTake & { photo: ClaimedUpload };

/**
 * Makes tasks of photos, those that have come by `/v1/uploads` among them. An upload is claimed once: what is taken in is a
 * copy, and the upload goes after the task is committed, so that the same claim may be made again whatever dies between.
 */
@Injectable()
export class Claims {
  constructor(
    private readonly tasks: TasksService,
    private readonly uploads: UploadsStore,
    private readonly files: UploadBytes,
    private readonly locks: UploadLocks,
  ) {}

  /**
   * The temporary file of a photo that was sent is the caller's to remove; that of an upload goes with its task, and where
   * it is no picture that could be taken in. After every other refusal it stays, to be claimed again.
   * @throws ProblemException or ImageError for what cannot be taken in.
   */
  async take(asked: PhotoToTake): Promise<TakenIn> {
    const { photo, caller: _caller, ...rest } = asked;
    if (!isClaimed(photo)) return this.tasks.create({ ...rest, photo });
    // Without a key of the caller's own it is the upload itself by which a claim is known again.
    const idempotencyKey = rest.idempotencyKey ?? `upload:${photo.uploadId}`;
    const claim = { ...asked, photo, idempotencyKey };
    return (await this.again(claim)) ?? this.locks.hold(photo.uploadId, () => this.claim(claim));
  }

  private async claim(claim: Claim): Promise<TakenIn> {
    const { photo, caller: _caller, ...asked } = claim;
    // The same claim may have been quicker.
    const earlier = await this.again(claim);
    if (earlier !== undefined) return earlier;
    const upload = await this.whole(claim);
    await this.tasks.check(asked);
    const copy = await this.files.copy(upload.id);
    try {
      const originalname = readUploadMetadata(upload.metadata).filename;
      const fingerprint = fingerprintOf(claim);
      const taken = await this.tasks.create({ ...asked, photo: { ...copy, originalname }, fingerprint });
      await this.remove(photo.uploadId);
      return taken;
    } catch (error) {
      if (error instanceof ImageError) await this.remove(photo.uploadId);
      throw error;
    } finally {
      await rm(copy.path, { force: true });
    }
  }

  /**
   * The task that this claim has made already. Its upload may still be there: the process died, or nobody was told.
   * @throws ProblemException `idempotency_key_reused`.
   */
  private async again(claim: Claim): Promise<TakenIn | undefined> {
    const { photo, owner, idempotencyKey } = claim;
    const row: TaskRow | undefined = await this.tasks.findByKey(owner, idempotencyKey!);
    if (row === undefined) return undefined;
    if (row.fingerprint !== fingerprintOf(claim)) throw new ProblemException('idempotency_key_reused');
    await this.remove(photo.uploadId);
    return { row, replayed: true };
  }

  /** @throws ProblemException `not_found` or `not_ready`. */
  private async whole({ photo: { uploadId }, caller }: Claim): Promise<UploadRow> {
    const upload = await this.uploads.find(uploadId);
    const arrived = await this.files.arrived(uploadId);
    if (upload?.sender_id !== senderIdOf(caller) || arrived === undefined) {
      throw new ProblemException('not_found');
    }
    if (arrived.bytes === upload.bytes) return upload;
    throw new ProblemException('not_ready.upload', { found: arrived.bytes, expected: upload.bytes });
  }

  private async remove(uploadId: string): Promise<void> {
    await this.files.remove(uploadId);
    await this.uploads.remove(uploadId);
  }
}

/** What decides whether two claims under one key ask for the same: lowercase hex SHA-256. */
function fingerprintOf({ photo, type, params, album }: Claim): string {
  const values =
    typeof params === 'object' ? Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1)) : params;
  const asked = [photo.uploadId, album?.id ?? null, type, values];
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
}
