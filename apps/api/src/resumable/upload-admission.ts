import { Inject, Injectable } from '@nestjs/common';
import type { Caller } from '../access/caller.js';
import { OwnerLimits } from '../access/owner-limits.js';
import { DATABASE } from '../database/database.module.js';
import type { Database, OwnerRow } from '../database/schema.js';
import { ProblemException } from '../problems/problem.exception.js';
import { UploadsStore } from './uploads.store.js';
import { senderIdOf } from './upload-sender.js';

/** A page sends a few at once and claims each; whoever has so many has forgotten them. */
const MOST_UNDER_WAY = 1000;
const RETRY_AFTER_S = 60;

/** Says no to an upload before any of it has come. */
@Injectable()
export class UploadAdmission {
  constructor(
    private readonly uploads: UploadsStore,
    private readonly limits: OwnerLimits,
    @Inject(DATABASE) private readonly db: Database,
  ) {}

  /**
   * What is under way counts as if it had been taken in: for the visitor or the key that sends it, or for the owner of the
   * album whose link was sent. @returns by which the sender is known.
   * @throws ProblemException `rate_limited` or `quota_exceeded`; `not_found` where the album is gone.
   */
  async admit(caller: Caller, bytes: number): Promise<string> {
    const senderId = senderIdOf(caller);
    const owner = caller.owner ?? (await this.ownerOfAlbum(caller.link?.albumId));
    if (senderId === null || owner === undefined) throw new ProblemException('not_found');
    const underWay = await this.uploads.underWay(senderId);
    if (underWay.uploads >= MOST_UNDER_WAY) {
      const values = { limit: MOST_UNDER_WAY };
      throw new ProblemException('rate_limited.uploads', values, { retryAfterS: RETRY_AFTER_S });
    }
    this.limits.checkQuota(owner, underWay.bytes + bytes);
    return senderId;
  }

  private async ownerOfAlbum(albumId = ''): Promise<OwnerRow | undefined> {
    return this.db
      .selectFrom('owners')
      .innerJoin('albums', 'albums.owner_id', 'owners.id')
      .selectAll('owners')
      .where('albums.id', '=', albumId)
      .executeTakeFirst();
  }
}
