import { Injectable } from '@nestjs/common';
import { DownloadTokens } from './download-tokens.js';
import { PublicAddress } from './public-address.js';

/** An address from which a result can be had without a key. */
export interface ResultLink {
  url: string;
  /** Epoch milliseconds. */
  expiresAt: number;
}

/** Makes links to results for other systems. */
@Injectable()
export class ResultLinks {
  constructor(
    private readonly tokens: DownloadTokens,
    private readonly address: PublicAddress,
  ) {}

  /** Until the task is erased, and for seven days at most. */
  to({ id, expires_at: expires }: { id: string; expires_at: number }): ResultLink {
    const { token, expiresAt } = this.tokens.issue(id, expires);
    return { url: `${this.address.url}/v1/downloads/${token}`, expiresAt };
  }
}
