import type { DeliveryRow } from '../database/schema.js';

/** What a stranger's host is asked at once, however much there is for it (H06: nobody is flooded through us). */
const OF_ONE_HOST = 4;
const OF_ALL_HOSTS = 32;
/** Beyond it a host gets a place only if it has none: eight slow hosts leave room for others. */
const SHARED_FREELY = 16;
/** Answers to one virtual host; the broker takes them as they come. */
const OF_ONE_BROKER = 32;

/** What is counted together: a host, or a virtual host of the broker. */
export type Lane = Pick<DeliveryRow, 'channel' | 'host'>;

/** How many deliveries are under way in this process, by where they go. */
export class Places {
  private readonly taken = new Map<string, number>();
  private webhooks = 0;

  /** How many more may begin there, `busy` being under way at this or another instance. */
  free({ channel, host }: Lane, busy: number): number {
    const underWay = Math.max(busy, this.taken.get(host) ?? 0);
    if (channel === 'amqp') return Math.max(0, OF_ONE_BROKER - underWay);
    const ofHost = OF_ONE_HOST - underWay;
    const shared = SHARED_FREELY - this.webhooks;
    const ofAll = shared > 0 ? shared : underWay === 0 ? Math.min(1, OF_ALL_HOSTS - this.webhooks) : 0;
    return Math.max(0, Math.min(ofHost, ofAll));
  }

  take({ channel, host }: Lane): void {
    this.taken.set(host, (this.taken.get(host) ?? 0) + 1);
    if (channel === 'webhook') this.webhooks += 1;
  }

  giveBack({ channel, host }: Lane): void {
    const left = (this.taken.get(host) ?? 0) - 1;
    if (left > 0) this.taken.set(host, left);
    else this.taken.delete(host);
    if (channel === 'webhook') this.webhooks -= 1;
  }
}
