import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import type { Caller } from '../access/caller.js';
import { LiveSource } from './live-source.js';
import type { TopicName } from './topic-name.js';

/** Who may hear of what. */
@Injectable()
export class LiveAccess {
  /** Rises when somebody's access has changed. */
  version = 0;

  constructor(
    private readonly access: AccessService,
    private readonly source: LiveSource,
  ) {}

  /** False also for what does not exist. */
  async mayView(caller: Caller, { kind, id }: TopicName): Promise<boolean> {
    return kind === 'task'
      ? this.access.mayTask(caller, await this.source.task(id), 'view')
      : this.access.mayAlbum(caller, await this.source.album(id), 'view');
  }

  async exists({ kind, id }: TopicName): Promise<boolean> {
    return (await (kind === 'task' ? this.source.task(id) : this.source.album(id))) !== undefined;
  }

  /** The caller as it is now; undefined when its key or its link is nothing any more. */
  async renew(caller: Caller): Promise<Caller | undefined> {
    return this.access.renew(caller);
  }
}
