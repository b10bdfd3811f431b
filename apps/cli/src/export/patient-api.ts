import type { AdminApi } from '../admin/admin-api.js';
import { ApiRefusal, ApiSilence } from '../api/api-errors.js';
import { patiently } from '../api/patience.js';
import { complain } from '../terminal.js';

/**
 * Asks once more while the API is away, or asks to wait: thousands of photos are more requests than it takes in a minute.
 * What it refuses else is thrown as it is (ApiRefusal). Nothing that is asked here does harm when it is done twice.
 */
export class PatientApi {
  private hasTold = false;

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
    const onWait = (error: ApiRefusal | ApiSilence) => this.tell(error);
    const answer = await patiently({ harmless: true, onWait }, work);
    this.hasTold = false;
    return answer;
  }

  /** Once for all that wait; not where it is only too much at once. */
  private tell(error: ApiRefusal | ApiSilence): void {
    if (this.hasTold || (error instanceof ApiRefusal && error.status === 429)) return;
    this.hasTold = true;
    complain(`${error.message} Trying again.`);
  }
}
