import type { Problem } from '@app/contracts';
import type { TestCaller } from '../../support/test-caller.js';

export const BYTES = 'application/offset+octet-stream';

/** `Upload-Metadata` of these names and values. */
export function metadata(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');
}

/** What is sent to begin an upload. */
export interface Begin {
  length?: number | string;
  name?: string;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

/** Speaks tus as a caller, a request at a time. */
export class Tus {
  constructor(readonly caller: TestCaller) {}

  async begin({ length = 10, name = 'photo.jpg', headers = {}, body }: Begin = {}): Promise<Response> {
    return this.ask('POST', '/v1/uploads', {
      headers: {
        'upload-length': String(length),
        'upload-metadata': metadata({ filename: name }),
        ...(body && { 'content-type': BYTES }),
        ...headers,
      },
      ...(body && { body: new Uint8Array(body) }),
    });
  }

  /** The path of an upload that has begun. */
  async begun(begin: Begin = {}): Promise<string> {
    const response = await this.begin(begin);
    const path = response.headers.get('location');
    if (response.status !== 201 || path === null)
      throw new Error(`${response.status} ${await response.text()}`);
    return path;
  }

  /** The path of an upload that has arrived in full. */
  async whole(photo: Uint8Array, name = 'photo.jpg'): Promise<string> {
    return this.begun({ length: photo.byteLength, name, body: photo });
  }

  async send(path: string, offset: number | string, body: Uint8Array, headers: Record<string, string> = {}) {
    return this.ask('PATCH', path, {
      headers: { 'upload-offset': String(offset), 'content-type': BYTES, ...headers },
      body: new Uint8Array(body),
    });
  }

  async head(path: string): Promise<Response> {
    return this.ask('HEAD', path);
  }

  /** How much has arrived; undefined where there is no such upload. */
  async offset(path: string): Promise<number | undefined> {
    const response = await this.head(path);
    if (response.status === 404) return undefined;
    if (response.status !== 200) throw new Error(`${response.status}`);
    return Number(response.headers.get('upload-offset'));
  }

  async end(path: string): Promise<Response> {
    return this.ask('DELETE', path);
  }

  async ask(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { 'tus-resumable': '1.0.0', ...(init.headers as Record<string, string>) };
    return this.caller.fetch(path, { ...init, method, headers });
  }

  /** Claims an upload, for an album or on its own. */
  async claim(
    path: string,
    albumId: string | null,
    { key, ...body }: { key?: string } & Record<string, unknown> = {},
  ): Promise<Response> {
    const target = albumId === null ? '/v1/tasks' : `/v1/albums/${albumId}/tasks`;
    return this.caller.fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      body: JSON.stringify({ upload_id: idOf(path), type: 'person', ...body }),
    });
  }
}

export function idOf(path: string): string {
  return path.split('/').at(-1)!;
}

/** The status and the code of a problem. */
export async function refusalOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as Problem).code];
}
