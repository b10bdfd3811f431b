import type { Problem, TaskView } from '@app/contracts';
import type { Logger } from '@app/runtime';
import { Inject, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { rm } from 'node:fs/promises';
import type { Caller } from '../access/caller.js';
import { AuditLog } from '../audit/audit-log.js';
import { operatorAct } from '../audit/operator-act.js';
import type { AlbumRow, OwnerRow, TaskRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { problemCounter } from '../problems/problem-counter.js';
import { ProblemException } from '../problems/problem.exception.js';
import { toProblem } from '../problems/to-problem.js';
import { isClaimed } from '../resumable/claimed-upload.js';
import { Claims, type PhotoToTake } from '../resumable/claims.service.js';
import { displayFilename } from '../tasks/filename.js';
import type { TakeIn } from '../tasks/tasks.service.js';
import { isOversize, type SentPhoto } from './album-upload.js';
import { photoKeys } from './photo-keys.js';

/** Photos for an album, and what is wanted of all of them. */
export interface PhotosToAdd {
  album: AlbumRow;
  /** Whose they are: the owner of the album. */
  owner: OwnerRow;
  /** Who sends them. */
  caller: Caller;
  photos: readonly SentPhoto[];
  /** None, one for all, or one for each. */
  clientRefs: readonly string[];
  idempotencyKey: string | null;
  choice: Pick<TakeIn, 'type' | 'params' | 'priority' | 'callbackUrl'>;
}

/** What became of one photo. `filename` is as it was sent with it, empty for one that was named. */
export type PhotoOutcome =
  { filename: string; row: TaskRow; replayed: boolean } | { filename: string; problem: ProblemException };

/** What a caller is told of one photo, in the order in which they were sent. */
export type AddedPhoto =
  | { index: number; filename: string; status: 'accepted'; task: TaskView }
  | { index: number; filename: string; status: 'refused'; problem: Problem };

/** Takes the photos of one request in, one after the other: the album keeps their order, whoever else sends. */
@Injectable()
export class AddPhotosService {
  constructor(
    private readonly claims: Claims,
    private readonly audit: AuditLog,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * One outcome per photo: what is wrong with one says nothing about the others.
   * @throws ProblemException `invalid_request` where there are more or fewer names than photos.
   */
  async add(
    request: Request,
    { photos, clientRefs, idempotencyKey, ...asked }: PhotosToAdd,
  ): Promise<PhotoOutcome[]> {
    if (clientRefs.length > 1 && clientRefs.length !== photos.length) {
      const errors = [{ pointer: '/client_ref', text: 'wrong' as const }];
      throw new ProblemException('invalid_request', {}, { errors });
    }
    const keys = photoKeys(idempotencyKey, photos.length);
    const outcomes: PhotoOutcome[] = [];
    for (const [index, photo] of photos.entries()) {
      const filename = isClaimed(photo) ? '' : displayFilename(photo.originalname);
      const clientRef = (clientRefs.length > 1 ? clientRefs[index] : clientRefs[0]) ?? null;
      try {
        const taken = await this.takeIn(photo, { ...asked, clientRef, idempotencyKey: keys[index] ?? null });
        outcomes.push({ filename, ...taken });
      } catch (error) {
        outcomes.push({ filename, problem: this.refusal(error, request) });
      }
    }
    await this.writeDown(asked, outcomes);
    return outcomes;
  }

  private async writeDown(
    { album, caller }: Pick<PhotosToAdd, 'album' | 'caller'>,
    outcomes: PhotoOutcome[],
  ) {
    const count = outcomes.filter((outcome) => 'row' in outcome && !outcome.replayed).length;
    const act = operatorAct(caller, album.owner_id, { act: 'album_photos_added', subject: album.id, count });
    if (act !== undefined && count > 0) await this.audit.write(act);
  }

  private async takeIn(
    photo: SentPhoto,
    {
      choice,
      ...asked
    }: Omit<PhotoToTake, 'photo' | keyof PhotosToAdd['choice']> & Pick<PhotosToAdd, 'choice'>,
  ) {
    if (isOversize(photo)) {
      throw new ProblemException('file_too_large', { limit: this.env.maxUploadBytes });
    }
    try {
      return await this.claims.take({ photo, ...choice, ...asked });
    } finally {
      // A hundred of them take room, and each is in its place by now.
      if (!isClaimed(photo)) await rm(photo.path, { force: true });
    }
  }

  private refusal(error: unknown, request: Request): ProblemException {
    const problem = toProblem(error, request);
    problemCounter()(problem.code);
    if (problem.getStatus() >= 500)
      this.logger.error({ err: error }, 'a photo of several could not be taken in');
    return problem;
  }
}
