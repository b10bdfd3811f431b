import { TaskEventPublisher } from '@app/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { PROCESS_ID } from '../process-id.token.js';

/** Tells what stays open (sockets, streams) that somebody may see less, or more, than a moment ago. */
@Injectable()
export class AccessChanges {
  private readonly albumListeners = new Set<(albumId: string) => void>();
  private readonly ownerListeners = new Set<(ownerId: string) => void>();

  constructor(
    private readonly publisher: TaskEventPublisher,
    @Inject(PROCESS_ID) private readonly origin: string,
  ) {}

  /** Calls back when the links of an album have changed at this instance; other instances hear of it by the broker. */
  onAlbum(listener: (albumId: string) => void): void {
    this.albumListeners.add(listener);
  }

  /** Calls back when an API key has been revoked at this instance. */
  onOwner(listener: (ownerId: string) => void): void {
    this.ownerListeners.add(listener);
  }

  albumChanged(albumId: string): void {
    for (const listener of this.albumListeners) listener(albumId);
    this.publisher.publishChanged({ version: 1, kind: 'access', origin: this.origin, albumId });
  }

  /** Every instance notices by itself when a link's time is over. */
  linkExpired(albumId: string): void {
    for (const listener of this.albumListeners) listener(albumId);
  }

  ownerRevoked(ownerId: string): void {
    for (const listener of this.ownerListeners) listener(ownerId);
  }
}
