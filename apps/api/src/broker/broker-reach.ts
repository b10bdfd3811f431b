import { ConfirmPublisher } from '@app/messaging';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { BrokerConnections } from './broker-connections.js';

/** Until the channel of a connection that came back is open; after that the next attempt to publish finds out. */
const OPENING_MS = 10_000;

/** Whether what is recorded here reaches RabbitMQ, as far as this process knows. */
@Injectable()
export class BrokerReach implements OnApplicationShutdown {
  private troubled = false;
  private told: boolean;
  private readonly changes = new Set<(away: boolean) => void>();
  private readonly returns = new Set<() => void>();
  private readonly stopListening: () => void;

  constructor(
    private readonly connections: BrokerConnections,
    private readonly publisher: ConfirmPublisher,
  ) {
    this.told = this.away;
    this.stopListening = connections.publish.onState((state) => {
      this.tell();
      if (state === 'connected') void this.whenBack();
    });
  }

  onApplicationShutdown(): void {
    this.stopListening();
  }

  /** True while there is no connection, the broker takes nothing, or the last messages could not be published. */
  get away(): boolean {
    return this.connections.publish.state !== 'connected' || this.troubled;
  }

  /** Why nothing can be published at this moment, as a sentence; null where it is worth an attempt. */
  get problem(): string | null {
    return this.publisher.problem;
  }

  /** Messages could not be published although there may be a connection. */
  failed(): void {
    this.troubled = true;
    this.tell();
  }

  /** Messages were published, or can be again. */
  worked(): void {
    this.troubled = false;
    this.tell();
  }

  /** Calls back when `away` changes. */
  onChange(listener: (away: boolean) => void): void {
    this.changes.add(listener);
  }

  /** Calls back as soon as messages can be published again after the connection was lost. */
  onReturn(listener: () => void): void {
    this.returns.add(listener);
  }

  private async whenBack(): Promise<void> {
    try {
      await this.publisher.whenReady(OPENING_MS);
    } catch {
      // The channel does not open: `problem` says why, and whoever has something to publish asks for it.
      return;
    }
    // What failed before says nothing of this connection. It would count until something is published, which may take as
    // long as the broker has no room for more.
    this.worked();
    for (const listener of this.returns) listener();
  }

  private tell(): void {
    const { away } = this;
    if (away === this.told) return;
    this.told = away;
    for (const listener of this.changes) listener(away);
  }
}
