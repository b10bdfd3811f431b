import { FetchRefused, fetchToFile, OutboundGuard, UrlNotAllowed, UrlUnreachable } from '@app/outbound';
import { Inject, Injectable } from '@nestjs/common';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import type { UploadedPhoto } from '../multipart/upload.js';
import { ProblemException } from '../problems/problem.exception.js';
import { INCOMING_FOLDER } from '../tasks/incoming-folder.token.js';
import { HostPlaces } from './host-places.js';

/** Fetches photos that somebody named by an address instead of sending them. */
@Injectable()
export class PhotoUrls {
  private readonly guard: OutboundGuard;
  private readonly places = new HostPlaces();

  /** @throws InvalidOutboundRule for hosts or networks in the settings that cannot be read. */
  constructor(
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(INCOMING_FOLDER) private readonly folder: string,
  ) {
    const { imageUrlHosts: hosts, outboundPrivateAddresses: privateAddresses } = env;
    this.guard = new OutboundGuard({ hosts, privateAddresses, allowHttp: true });
  }

  /**
   * Fetches the photo once, into a file that the caller has to remove; after a failure there is none.
   * @throws ProblemException `url_not_allowed`, `fetch_failed`, `file_too_large`, and `image_unreachable` where another try
   * may help; its cause is the error of `@app/outbound`.
   */
  async fetch(url: string, signal?: AbortSignal): Promise<UploadedPhoto> {
    const { imageUrlHosts, imageUrlTimeoutMs: timeoutMs, maxUploadBytes: maxBytes } = this.env;
    if (imageUrlHosts.length === 0) throw new ProblemException('url_not_allowed.off');
    const path = join(this.folder, uuidv7());
    try {
      const { host } = this.guard.judge(url);
      const options = { path, maxBytes, timeoutMs, signal };
      const fetched = await this.places.run(host, () => fetchToFile(this.guard, url, options), signal);
      return { path, originalname: fetched.filename, bytes: fetched.bytes, sha256: fetched.sha256 };
    } catch (error) {
      throw this.toProblem(error);
    }
  }

  /** The error itself where it is none of an address. */
  private toProblem(cause: unknown): unknown {
    if (cause instanceof UrlNotAllowed) {
      return new ProblemException(`url_not_allowed.${cause.reason}`, {}, { cause });
    }
    if (cause instanceof UrlUnreachable) return new ProblemException('image_unreachable', {}, { cause });
    if (!(cause instanceof FetchRefused)) return cause;
    const values = cause.code === 'file_too_large' ? { limit: this.env.maxUploadBytes } : {};
    return new ProblemException(cause.code, values, { cause });
  }
}
