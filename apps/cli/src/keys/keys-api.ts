import type { ApiKeyView, NewApiKeyView } from '@app/contracts';
import type { AdminApi } from '../admin/admin-api.js';

/** What may be chosen for a new key. */
export type NewKey = Pick<ApiKeyView, 'name'> & Partial<ApiKeyView>;

/** The calls of the HTTP API about API keys. Every failure is a CliError. */
export class KeysApi {
  constructor(private readonly api: AdminApi) {}

  async create(chosen: NewKey): Promise<NewApiKeyView> {
    return this.api.call('POST', 'keys', { data: chosen });
  }

  async list(): Promise<ApiKeyView[]> {
    return (await this.api.call<{ items: ApiKeyView[] }>('GET', 'keys')).items;
  }

  async revoke(id: string): Promise<void> {
    await this.api.call('DELETE', `keys/${encodeURIComponent(id)}`);
  }
}
