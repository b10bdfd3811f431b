import { Inject, Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { DATABASE } from '../database/database.module.js';
import type { Database } from '../database/schema.js';
import { senderIdOf } from '../resumable/upload-sender.js';
import { AccessService } from './access.service.js';
import type { AccessRule } from './access-rule.js';
import type { RequestAccess } from './request-access.js';
import type { Need } from './standing.js';
import { judgeStanding, type Verdict } from './verdict.js';

/** Loads the task, the album or the upload that a request is about, and judges what its caller may do with it. */
@Injectable()
export class RequestSubject {
  constructor(
    private readonly access: AccessService,
    @Inject(DATABASE) private readonly db: Database,
  ) {}

  /** What is no id, an id that nobody knows and one of somebody else get the same answer. */
  async judge(
    rule: Extract<AccessRule, `${'task' | 'album' | 'upload'}:${string}`>,
    request: RequestAccess,
    id: string,
  ): Promise<Verdict> {
    if (!isUuid(id)) return 'not_found';
    if (rule === 'upload:sender') return this.judgeUpload(request, id.toLowerCase());
    const [what, need] = rule.split(':') as ['task' | 'album', Need];
    const standing =
      what === 'task'
        ? await this.standingAtTask(request, id.toLowerCase())
        : await this.standingAtAlbum(request, id.toLowerCase());
    return judgeStanding(request.caller, standing, need);
  }

  private async judgeUpload(request: RequestAccess, id: string): Promise<Verdict> {
    const uploads = this.db.selectFrom('uploads').select('sender_id').where('id', '=', id);
    const senderId = (await uploads.executeTakeFirst())?.sender_id;
    return senderId !== undefined && senderId === senderIdOf(request.caller) ? null : 'not_found';
  }

  private async standingAtTask(request: RequestAccess, id: string) {
    const task = await this.db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
    if (task !== undefined) request.task = task;
    return this.access.standingAtTask(request.caller, task);
  }

  private async standingAtAlbum(request: RequestAccess, id: string) {
    const album = await this.db.selectFrom('albums').selectAll().where('id', '=', id).executeTakeFirst();
    if (album !== undefined) request.album = album;
    return this.access.standingAtAlbum(request.caller, album);
  }
}
