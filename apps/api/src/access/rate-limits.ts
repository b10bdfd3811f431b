import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { ProblemException } from '../problems/problem.exception.js';
import type { Caller } from './caller.js';
import { networkOf } from './network.js';

/** A minute's requests are given out in parts of this: a page may ask for hundreds of thumbnails at once. */
const WINDOW_S = 10;
/** One task, asked for again and again: 25 times a second are more than any page shows. */
const POLLS = { windowS: 2, limit: 50 };
const NEW_VISITORS = { windowS: 60, limit: 60 };
const ONE_TASK = /^\/v1\/tasks\/[^/]+\/?$/;

/** A request as far as it is counted. */
export interface CountedRequest {
  method: string;
  path: string;
  /** By whose count it goes before anything is looked up (`senderOf`). */
  sender: string;
}

/** How often one caller may ask. Each API instance counts for itself, in memory. */
@Injectable()
export class RateLimits {
  private readonly requests = new RateLimiterMemory({ points: 1, duration: WINDOW_S });
  private readonly polls = new RateLimiterMemory({ points: 1, duration: POLLS.windowS });
  private readonly visitors = new RateLimiterMemory({ points: 1, duration: NEW_VISITORS.windowS });
  /** Who is over the limit, until when: what they go on sending is not even looked up. */
  private readonly refused = new LRUCache<string, number>({ max: 10_000 });

  constructor(@Inject(API_ENV) private readonly env: ApiEnv) {}

  /** @throws ProblemException `rate_limited` where the sender was refused already and its time is not over. */
  refuseAgain(sender: string): void {
    const waitMs = (this.refused.get(sender) ?? 0) - Date.now();
    if (waitMs > 0) throw tooMany(waitMs);
  }

  /** Counts a request of a key, of a visitor, or else of an address. @throws ProblemException `rate_limited`. */
  async count(caller: Caller, { method, path, sender }: CountedRequest): Promise<void> {
    const { owner, address } = caller;
    if (owner === null) await this.countAddress(address, sender);
    else await this.countRequest(owner.id, owner.requests_per_minute ?? this.env.rateLimit, sender);
    if ((method === 'GET' || method === 'HEAD') && ONE_TASK.test(path)) {
      throwIfOver(await this.polls.penalty(`${owner?.id ?? networkOf(address)} ${path}`), POLLS.limit);
    }
  }

  /** Counts a request of somebody whose key or cookie says nothing. @throws ProblemException `rate_limited`. */
  async countAddress(address: string, sender: string): Promise<void> {
    await this.countRequest(networkOf(address), this.env.rateLimit, sender);
  }

  /** Counts somebody who becomes a visitor. @throws ProblemException `rate_limited`. */
  async countVisitor(address: string): Promise<void> {
    throwIfOver(await this.visitors.penalty(networkOf(address)), NEW_VISITORS.limit);
  }

  private async countRequest(key: string, perMinute: number, sender: string): Promise<void> {
    if (perMinute === 0) return;
    const limit = Math.ceil((perMinute * WINDOW_S) / 60);
    const counted = await this.requests.penalty(key);
    if (counted.consumedPoints > limit) this.refused.set(sender, Date.now() + counted.msBeforeNext);
    throwIfOver(counted, limit);
  }
}

function throwIfOver({ consumedPoints, msBeforeNext }: RateLimiterRes, limit: number): void {
  if (consumedPoints > limit) throw tooMany(msBeforeNext);
}

function tooMany(waitMs: number): ProblemException {
  return new ProblemException('rate_limited', {}, { retryAfterS: Math.max(1, Math.ceil(waitMs / 1000)) });
}
