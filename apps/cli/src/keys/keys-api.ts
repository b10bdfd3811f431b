import type { ApiKeyView, NewApiKeyView, Problem } from '@app/contracts';
import { create, isAxiosError, type AxiosError, type AxiosInstance } from 'axios';
import { CliError } from '../cli-error.js';

const LIMIT_MS = 15_000;

/** What may be chosen for a new key. */
export type NewKey = Pick<ApiKeyView, 'name'> & Partial<ApiKeyView>;

/** The calls of the HTTP API about API keys. Every failure is a CliError. */
export class KeysApi {
  private readonly http: AxiosInstance;

  /** @param key the API key of an operator; a viewer's is enough to list. */
  constructor(
    private readonly url: string,
    key: string,
  ) {
    const headers = { authorization: `Bearer ${key}` };
    this.http = create({ baseURL: url, timeout: LIMIT_MS, proxy: false, maxRedirects: 0, headers });
  }

  async create(chosen: NewKey): Promise<NewApiKeyView> {
    return this.call(async () => (await this.http.post<NewApiKeyView>('/v1/admin/keys', chosen)).data);
  }

  async list(): Promise<ApiKeyView[]> {
    return this.call(async () => (await this.http.get<{ items: ApiKeyView[] }>('/v1/admin/keys')).data.items);
  }

  async revoke(id: string): Promise<void> {
    await this.call(() => this.http.delete(`/v1/admin/keys/${encodeURIComponent(id)}`));
  }

  private async call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // The key is in the request that the error carries: only words of ours and of the API are shown.
      throw isAxiosError(error) ? new CliError(explain(error, this.url)) : error;
    }
  }
}

function explain({ response, code }: AxiosError, url: string): string {
  if (!response) return `No answer from ${url} (${code ?? 'no reason'}). Name its address with --url.`;
  const problem = response.data as Partial<Problem> | undefined;
  const fields = problem?.errors?.map(({ message }) => message).join(' ');
  return [problem?.detail ?? `The API answered ${response.status}.`, fields].filter(Boolean).join(' ');
}
