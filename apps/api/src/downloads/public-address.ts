import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';

/** What one listens on, but cannot be asked at. */
const ANY_ADDRESS = ['0.0.0.0', '::', ''];

/** How the outside reaches this API, for links in what is sent to other systems. */
@Injectable()
export class PublicAddress {
  constructor(
    private readonly adapter: HttpAdapterHost,
    @Inject(API_ENV) private readonly env: ApiEnv,
  ) {}

  /** Without a slash at its end: PUBLIC_URL, or where this process listens. */
  get url(): string {
    return (this.env.publicUrl ?? `http://${this.host}:${this.port}`).replace(/\/+$/, '');
  }

  private get host(): string {
    const { host } = this.env;
    if (ANY_ADDRESS.includes(host)) return '127.0.0.1';
    return host.includes(':') ? `[${host}]` : host;
  }

  /** The real one where a free one was asked for. */
  private get port(): number {
    const server = this.adapter.httpAdapter?.getHttpServer() as Server | undefined;
    const address = server?.address();
    return typeof address === 'object' && address !== null ? address.port : this.env.port;
  }
}
