import { Inject, Injectable } from '@nestjs/common';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import proxyAddr from 'proxy-addr';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { trustOf } from './trust-proxy.js';

/** What is believed of what proxies say. */
@Injectable()
export class Proxies {
  private readonly trust: (address: string, hop: number) => boolean;

  constructor(@Inject(API_ENV) private readonly env: ApiEnv) {
    this.trust = trustOf(env.trustProxy);
  }

  /** The IP address that a request or an upgrade comes from. */
  addressOf(request: IncomingMessage): string {
    return proxyAddr(request, this.trust);
  }

  /** Whether the caller speaks TLS, with us or with a trusted proxy. */
  isHttps(request: IncomingMessage): boolean {
    if ('encrypted' in request.socket && request.socket.encrypted === true) return true;
    const told = request.headers['x-forwarded-proto'];
    const first = (Array.isArray(told) ? told[0] : told)?.split(',')[0]?.trim();
    return first === 'https' && this.trust(request.socket.remoteAddress ?? '', 0);
  }

  /** Whether only a program on this machine can have sent it: nobody else can reach us, and no proxy passed it on. */
  isLocal(headers: IncomingHttpHeaders): boolean {
    const forwarded = headers['x-forwarded-for'] ?? headers.forwarded ?? headers.via;
    return this.env.loopbackOnly && forwarded === undefined;
  }
}
