import { UrlNotAllowed, UrlUnreachable, type OutboundGuard } from '@app/outbound';
import { Inject, Injectable } from '@nestjs/common';
import type { OwnerRow } from '../database/schema.js';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import { WEBHOOK_GUARD } from './webhook-guard.token.js';

/** Longer addresses are nobody's; also what `OutboundGuard` takes. */
export const LONGEST_URL = 2000;

/** Decides, before an address is kept, whether outcomes may be posted to it. It is judged again whenever they are. */
@Injectable()
export class CallbackUrls {
  constructor(
    @Inject(WEBHOOK_GUARD) private readonly guard: OutboundGuard,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /**
   * The address that a caller has named for its outcomes, judged; null where it has named none.
   * @throws ProblemException `forbidden` for anybody without an API key; `callback_not_allowed`.
   */
  async of(caller: OwnerRow | null, url: string | null | undefined): Promise<string | null> {
    if (url === null || url === undefined || url === '') return null;
    if (caller?.kind !== 'key') throw new ProblemException('forbidden');
    await this.check(url);
    return url;
  }

  /**
   * Judges the address and, where its host is one of the operator's, every address that DNS gives for it. A host that
   * DNS does not know at this moment is no reason to refuse a photo.
   * @throws ProblemException `callback_not_allowed`.
   */
  async check(url: string): Promise<void> {
    if (this.env.webhookHosts.length === 0) throw new ProblemException('callback_not_allowed.off');
    try {
      await this.guard.resolve(url);
    } catch (error) {
      if (error instanceof UrlUnreachable) return;
      if (!(error instanceof UrlNotAllowed)) throw error;
      throw new ProblemException('callback_not_allowed', { reason: `url_${error.reason}` }, { cause: error });
    }
  }
}
