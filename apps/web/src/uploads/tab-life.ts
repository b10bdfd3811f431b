import { v7 as newId } from 'uuid';
import { deviceStore } from '../device/device-store.js';

const PREFIX = 'photo-repair.sender.';
const BEAT_MS = 2000;
/** After this long without a beat a tab is asked whether it is there: browsers slow down the timers of hidden tabs. */
const QUIET_MS = 3 * BEAT_MS;
const ANSWER_MS = 1000;

/** Tabs that have photos to send, or had when they were closed. Cheap: the page asks it before it loads anything. */
export function tabsWithPhotos(): string[] {
  const keys = Array.from({ length: deviceStore.length }, (_, index) => deviceStore.key(index) ?? '');
  return keys.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
}

/** Forgets a tab whose photos are another's by now, or gone. */
export function forgetTab(tab: string): void {
  deviceStore.removeItem(PREFIX + tab);
}

/**
 * This tab among those of the same browser: two of them must not send the same photos. Where there are no Web Locks (any
 * address but localhost without TLS), tabs write down that they live, and answer when asked.
 */
export class TabLife {
  readonly tab = newId();
  private readonly channel: BroadcastChannel | null =
    typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('photo-repair.tabs');
  private beating: ReturnType<typeof setInterval> | null = null;
  private lastBeat = 0;

  /** @param onSleptLong called when this tab may have been taken for closed. */
  constructor(private readonly onSleptLong: () => void) {
    if (hasLocks()) void navigator.locks.request(PREFIX + this.tab, () => new Promise(() => {}));
    this.channel?.addEventListener('message', ({ data }: MessageEvent<{ ask?: string }>) => {
      if (data.ask === this.tab) this.channel?.postMessage({ here: this.tab });
    });
    window.addEventListener('pagehide', () => {
      if (this.beating !== null) deviceStore.setItem(PREFIX + this.tab, '0');
    });
    window.addEventListener('pageshow', (event) => event.persisted && this.onSleptLong());
  }

  /** Says whether this tab has photos to send. */
  hasPhotos(has: boolean): void {
    if (has === (this.beating !== null)) return;
    if (this.beating !== null) clearInterval(this.beating);
    this.beating = has ? setInterval(() => this.beat(), BEAT_MS) : null;
    this.lastBeat = Date.now();
    if (has) this.beat();
    else forgetTab(this.tab);
  }

  async isAlive(tab: string): Promise<boolean> {
    if (hasLocks()) {
      return navigator.locks.request(PREFIX + tab, { ifAvailable: true }, (lock) => lock === null);
    }
    const beat = Number(deviceStore.getItem(PREFIX + tab));
    if (beat > Date.now() - QUIET_MS) return true;
    return beat !== 0 && (await this.answers(tab));
  }

  private beat(): void {
    const now = Date.now();
    deviceStore.setItem(PREFIX + this.tab, String(now));
    if (now - this.lastBeat > 2 * QUIET_MS) this.onSleptLong();
    this.lastBeat = now;
  }

  private async answers(tab: string): Promise<boolean> {
    const { channel } = this;
    if (channel === null) return false;
    return new Promise((resolve) => {
      const hear = ({ data }: MessageEvent<{ here?: string }>) => data.here === tab && end(true);
      const timer = setTimeout(() => end(false), ANSWER_MS);
      const end = (isThere: boolean) => {
        clearTimeout(timer);
        channel.removeEventListener('message', hear);
        resolve(isThere);
      };
      channel.addEventListener('message', hear);
      channel.postMessage({ ask: tab });
    });
  }
}

/** Typed as always there, but missing outside secure contexts. */
function hasLocks(): boolean {
  return (navigator as { locks?: LockManager }).locks !== undefined;
}
