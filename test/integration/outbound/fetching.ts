import { FetchRefused, fetchToFile, OutboundGuard, UrlNotAllowed, UrlUnreachable } from '@app/outbound';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoopbackHost } from './loopback-host.js';

type Fetched = Awaited<ReturnType<typeof fetchToFile>>;
export type Refusal = UrlNotAllowed | UrlUnreachable | FetchRefused;

/** A guard that lets requests go to these hosts of the test and to no other. */
export function guardFor(...hosts: LoopbackHost[]): OutboundGuard {
  const entries = hosts.map((host) => host.entry);
  return new OutboundGuard({ hosts: entries, privateAddresses: entries, allowHttp: true });
}

/** A folder to fetch into. */
export class FetchFolder {
  private constructor(readonly path: string) {}

  static async make(): Promise<FetchFolder> {
    return new FetchFolder(await mkdtemp(join(tmpdir(), 'outbound-')));
  }

  get file(): string {
    return join(this.path, 'photo');
  }

  files(): Promise<string[]> {
    return readdir(this.path);
  }

  fetch(
    guard: OutboundGuard,
    url: string,
    options: Partial<Parameters<typeof fetchToFile>[2]> = {},
  ): Promise<Fetched> {
    return fetchToFile(guard, url, { path: this.file, maxBytes: 1_000_000, timeoutMs: 10_000, ...options });
  }

  /** What a fetch that has to fail says. */
  async refusal(...args: Parameters<FetchFolder['fetch']>): Promise<Refusal> {
    const outcome: unknown = await this.fetch(...args).catch((error: unknown) => error);
    if (
      outcome instanceof UrlNotAllowed ||
      outcome instanceof UrlUnreachable ||
      outcome instanceof FetchRefused
    ) {
      return outcome;
    }
    throw new Error('it did not fail as it should', { cause: outcome });
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true });
  }
}
