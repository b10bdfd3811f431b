import { Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders } from 'node:http';
import { ProblemException } from '../problems/problem.exception.js';
import type { Caller } from './caller.js';
import { readCredentials } from './credentials.js';
import { LinksStore } from './links.store.js';
import { OwnersStore } from './owners.store.js';
import { hashToken } from './token.js';

/** Finds out who somebody is. Nothing is remembered, so that what is revoked is nothing from that moment on. */
@Injectable()
export class Callers {
  constructor(
    private readonly owners: OwnersStore,
    private readonly links: LinksStore,
  ) {}

  /** @throws ProblemException `unauthorized` for a key or link that is not valid; an unknown cookie is as none. */
  async of(headers: IncomingHttpHeaders, address: string): Promise<Caller> {
    const credentials = readCredentials(headers);
    const nobody: Caller = { owner: null, link: null, validUntil: null, address };
    if (credentials.kind === 'none') return nobody;
    if (credentials.kind === 'wrong') throw unauthorized();
    const hash = hashToken(credentials.token);
    if (credentials.kind === 'link') {
      const link = await this.links.findByHash(hash);
      if (link === undefined) throw unauthorized();
      const { id: linkId, album_id: albumId, access, expires_at: validUntil } = link;
      return { ...nobody, link: { linkId, albumId, access }, validUntil };
    }
    const owner = await this.owners.findByHash(hash, credentials.kind);
    if (owner !== undefined) return { ...nobody, owner, validUntil: owner.expires_at };
    if (credentials.kind === 'key') throw unauthorized();
    return nobody;
  }

  /** The same caller as it is now; undefined when its key or link is nothing any more. */
  async renew(caller: Caller): Promise<Caller | undefined> {
    if (caller.link !== null) {
      return (await this.links.findLive(caller.link.linkId)) === undefined ? undefined : caller;
    }
    if (caller.owner === null) return caller;
    const owner = await this.owners.find(caller.owner.id);
    // A key that was replaced under the same id is another one.
    if (owner === undefined || owner.token_hash !== caller.owner.token_hash) return undefined;
    return { ...caller, owner, validUntil: owner.expires_at };
  }
}

/** The caller has to send something else; it is not taken for a visitor. */
export function unauthorized(): ProblemException {
  const headers = { 'WWW-Authenticate': 'Bearer realm="photo-repair"' };
  return new ProblemException('unauthorized', {}, { headers });
}
