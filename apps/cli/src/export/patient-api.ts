import { setTimeout as pause } from 'node:timers/promises';
import { AdminRefusal, type AdminApi } from '../admin/admin-api.js';
import { complain } from '../terminal.js';

/** An API that was stopped for a new version is back by then. */
const AWAY_LIMIT_MS = 120_000;
const RETRY_MS = 2000;

/**
 * Asks once more while the API is away, for two minutes, or asks to wait: thousands of photos are more requests than it
 * takes in a minute. Any other refusal is thrown as it is (AdminRefusal).
 */
export class PatientApi {
  private awaySince: number | undefined;

  constructor(private readonly api: AdminApi) {}

  async get<T>(path: string, params: Record<string, unknown> = {}): Promise<T> {
    return this.patiently(() => this.api.call<T>('GET', path, { params }));
  }

  async read<T>(path: string): Promise<T> {
    return this.patiently(() => this.api.read<T>(path));
  }

  /** The form is made anew each time: its files are read as they go. */
  async sendForm<T>(path: string, form: () => Promise<FormData>): Promise<T> {
    return this.patiently(async () => this.api.sendForm<T>(path, await form()));
  }

  async download(path: string, target: string): Promise<void> {
    await this.patiently(() => this.api.download(path, target));
  }

  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await work();
        this.awaySince = undefined;
        return answer;
      } catch (error) {
        if (!(error instanceof AdminRefusal)) throw error;
        const isAway = error.status === null || error.status >= 500;
        if (isAway && !this.mayBeBack(error)) throw error;
        if (!isAway && error.status !== 429) throw error;
        await pause(error.retryAfterMs ?? RETRY_MS);
      }
    }
  }

  /** Says once that it waits. */
  private mayBeBack(error: AdminRefusal): boolean {
    if (this.awaySince === undefined) {
      this.awaySince = Date.now();
      complain(`${error.message} Trying again for ${AWAY_LIMIT_MS / 60_000} minutes.`);
    }
    return Date.now() - this.awaySince < AWAY_LIMIT_MS;
  }
}
