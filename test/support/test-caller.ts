import type { SessionView, TaskView } from '@app/contracts';

const COOKIE = 'photo_repair_visitor';

/** Somebody who uses an API: a visitor with a cookie of its own, or the holder of a key or a link. */
export class TestCaller {
  /** `name=value`, as a browser sends it; undefined before the visitor is known and for all others. */
  cookie: string | undefined;
  private introduced: Promise<unknown> | undefined;

  /** @param token an API key or a link; without it a visitor. */
  constructor(
    readonly url: string,
    readonly token?: string,
  ) {}

  /** Asks the API as this caller. A visitor gets its cookie first, so that many at once are one visitor. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    if (this.token === undefined && this.cookie === undefined) await (this.introduced ??= this.introduce());
    const headers = new Headers(init.headers);
    if (this.token !== undefined) headers.set('authorization', `Bearer ${this.token}`);
    else if (this.cookie !== undefined && !headers.has('authorization')) headers.set('cookie', this.cookie);
    const response = await fetch(new URL(path, this.url), { ...init, headers });
    this.keepCookie(response);
    return response;
  }

  /** Sends a JSON body. */
  async send(method: string, path: string, body?: unknown): Promise<Response> {
    return this.fetch(path, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
  }

  /** Who the API takes it for. */
  async session(): Promise<SessionView> {
    return (await (await this.fetch('/v1/session')).json()) as SessionView;
  }

  /** What a WebSocket or a plain `fetch` has to send to be this caller. */
  async headers(): Promise<Record<string, string>> {
    if (this.token !== undefined) return { authorization: `Bearer ${this.token}` };
    await this.session();
    return { cookie: this.cookie ?? '' };
  }

  /** Sends a photo. `fields` replaces the default type `person`. */
  async submit(
    photo: Uint8Array,
    name = 'photo.jpg',
    fields: Record<string, string> = { type: 'person' },
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const body = toForm(fields);
    body.append('image', new Blob([new Uint8Array(photo)]), name);
    return this.fetch('/v1/tasks', { method: 'POST', body, headers });
  }

  /** A multipart body without a file. */
  async submitForm(fields: Record<string, string>): Promise<Response> {
    return this.fetch('/v1/tasks', { method: 'POST', body: toForm(fields) });
  }

  async post(body: string, contentType: string): Promise<Response> {
    return this.fetch('/v1/tasks', { method: 'POST', body, headers: { 'content-type': contentType } });
  }

  async cancel(id: string): Promise<Response> {
    return this.fetch(`/v1/tasks/${id}/cancel`, { method: 'POST' });
  }

  async task(id: string): Promise<TaskView> {
    return (await (await this.fetch(`/v1/tasks/${id}`)).json()) as TaskView;
  }

  private async introduce(): Promise<void> {
    this.keepCookie(await fetch(`${this.url}/v1/session`, { method: 'POST' }));
  }

  private keepCookie(response: Response): void {
    const given = response.headers.getSetCookie().find((each) => each.startsWith(`${COOKIE}=`));
    if (given !== undefined) this.cookie = given.split(';', 1)[0];
  }
}

function toForm(fields: Record<string, string>): FormData {
  const body = new FormData();
  for (const [field, value] of Object.entries(fields)) body.append(field, value);
  return body;
}
