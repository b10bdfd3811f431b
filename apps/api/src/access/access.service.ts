import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AlbumRow, OwnerRow, TaskRow } from '../database/schema.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { Caller } from './caller.js';
import { Callers } from './callers.js';
import { GrantsStore } from './grants.store.js';
import { OwnersStore } from './owners.store.js';
import { Proxies } from './proxies.js';
import { standingOf, suffices, type Belongings, type Need, type Standing } from './standing.js';

/** Asked of an album that nobody has, so that an unknown id costs as much as one of somebody else. */
const NO_ALBUM = '00000000-0000-0000-0000-000000000000';

/** Who somebody is and what they may do, for whoever is no HTTP route: sockets, streams, bulk requests. */
@Injectable()
export class AccessService {
  constructor(
    private readonly callers: Callers,
    private readonly owners: OwnersStore,
    private readonly grants: GrantsStore,
    private readonly proxies: Proxies,
  ) {}

  /** The IP address that a request or an upgrade comes from; headers count only behind a trusted proxy. */
  addressOf(request: IncomingMessage): string {
    return this.proxies.addressOf(request);
  }

  /** Who sends these headers. @throws ProblemException `unauthorized` for a key or link that is not valid. */
  async callerOf(headers: IncomingHttpHeaders, address: string): Promise<Caller> {
    return this.callers.of(headers, address);
  }

  /**
   * The same caller as it is now, for what stays open: a socket asks when access to an album has changed
   * (`AccessChanges`) and from time to time. Undefined when the key or the link is nothing any more.
   */
  async renew(caller: Caller): Promise<Caller | undefined> {
    return this.callers.renew(caller);
  }

  async mayTask(caller: Caller, task: TaskRow | undefined, need: Need): Promise<boolean> {
    return suffices(await this.standingAtTask(caller, task), need);
  }

  async mayAlbum(caller: Caller, album: AlbumRow | undefined, need: Need): Promise<boolean> {
    return suffices(await this.standingAtAlbum(caller, album), need);
  }

  /** What the caller may do with a task: nothing with one that does not exist. */
  async standingAtTask(caller: Caller, task: TaskRow | undefined): Promise<Standing> {
    return this.standing(caller, task && { ownerId: task.owner_id, albumId: task.album_id });
  }

  /** What the caller may do with an album: nothing with one that does not exist. */
  async standingAtAlbum(caller: Caller, album: AlbumRow | undefined): Promise<Standing> {
    return this.standing(caller, album && { ownerId: album.owner_id, albumId: album.id });
  }

  /**
   * Who owns an album, and with it every photo that anybody adds to it: it counts against the owner's quota and turns.
   * @throws ProblemException `not_found` when the owner is no more.
   */
  async ownerOf(album: AlbumRow): Promise<OwnerRow> {
    const owner = await this.owners.findEver(album.owner_id);
    if (owner === undefined) throw new ProblemException('not_found');
    return owner;
  }

  private async standing(caller: Caller, what: Belongings | undefined): Promise<Standing> {
    const { owner } = caller;
    // Also of what does not exist: who asks cannot tell by the time that it takes.
    const granted = owner && (await this.grants.accessOf(owner.id, what?.albumId ?? NO_ALBUM));
    return what === undefined ? 'none' : standingOf(caller, granted, what);
  }
}
