import { Inject, Injectable } from '@nestjs/common';
import { DATABASE } from '../database/database.module.js';
import type { Database, UploadRow } from '../database/schema.js';

/** What somebody has under way. */
export interface UnderWay {
  uploads: number;
  /** As long as they will be when they are whole. */
  bytes: number;
}

/** Knows which uploads there are, and whose. Their bytes are in `UploadBytes`. */
@Injectable()
export class UploadsStore {
  constructor(@Inject(DATABASE) private readonly db: Database) {}

  async add(upload: UploadRow): Promise<void> {
    await this.db.insertInto('uploads').values(upload).execute();
  }

  async find(id: string): Promise<UploadRow | undefined> {
    return this.db.selectFrom('uploads').selectAll().where('id', '=', id).executeTakeFirst();
  }

  async remove(id: string): Promise<void> {
    await this.db.deleteFrom('uploads').where('id', '=', id).execute();
  }

  async underWay(senderId: string): Promise<UnderWay> {
    const { uploads, bytes } = await this.db
      .selectFrom('uploads')
      .select((eb) => [eb.fn.countAll().as('uploads'), eb.fn.sum('bytes').as('bytes')])
      .where('sender_id', '=', senderId)
      .executeTakeFirstOrThrow();
    return { uploads: Number(uploads), bytes: Number(bytes ?? 0) };
  }

  /** Those that were begun before then, in the order of their ids; those that follow `after`. */
  async begunBefore(time: number, limit: number, after = ''): Promise<UploadRow[]> {
    return this.db
      .selectFrom('uploads')
      .selectAll()
      .where('created_at', '<', time)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute();
  }
}
