import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { VISITOR_COOKIE } from './credentials.js';
import { Proxies } from './proxies.js';

/** Browsers keep no cookie for longer (RFC 6265bis); it is renewed while its visitor comes back. */
const KEPT_MS = 400 * 24 * 60 * 60 * 1000;

/** Gives a browser the secret by which its visitor is known again. */
@Injectable()
export class VisitorCookie {
  constructor(private readonly proxies: Proxies) {}

  set(request: Request, response: Response, token: string): void {
    const secure = this.proxies.isHttps(request);
    response.cookie(VISITOR_COOKIE, token, {
      httpOnly: true,
      sameSite: 'lax',
      path: '/',
      secure,
      maxAge: KEPT_MS,
    });
  }
}
