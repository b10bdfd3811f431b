import { Agent, request } from 'node:http';
import type { TaskView } from '@app/contracts';
import { OPERATOR_KEY } from './api-process.js';

const BOUNDARY = 'photo-repair-benchmark';

/** A multipart body, built once and sent often. */
export function uploadOf(photo: Buffer, name = 'photo.jpg', fields: Record<string, string> = {}): Buffer {
  const texts = Object.entries({ type: 'person', ...fields }).map(
    ([field, value]) =>
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
  );
  const file = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="${name}"\r\n\r\n`;
  return Buffer.concat([Buffer.from(texts.join('') + file), photo, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
}

/** Somebody who uses the API over connections that stay open; without a token a visitor, who is new at each upload. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly url: string,
    private readonly token: string | undefined = OPERATOR_KEY,
  ) {}

  /** Sends a photo and resolves with what the API answered and how long that took. */
  async submit(upload: Buffer): Promise<{ task: TaskView; ms: number }> {
    const type = `multipart/form-data; boundary=${BOUNDARY}`;
    const { body, status, ms } = await this.call('POST', '/v1/tasks', upload, type);
    if (status !== 202) throw new Error(`POST /v1/tasks was answered with ${status}: ${body}`);
    return { task: JSON.parse(body) as TaskView, ms };
  }

  async read(id: string): Promise<{ task: TaskView; ms: number }> {
    const { body, status, ms } = await this.call('GET', `/v1/tasks/${id}`);
    if (status !== 200) throw new Error(`GET /v1/tasks/${id} was answered with ${status}: ${body}`);
    return { task: JSON.parse(body) as TaskView, ms };
  }

  async post(path: string, value: unknown): Promise<string> {
    const { body, status } = await this.call(
      'POST',
      path,
      Buffer.from(JSON.stringify(value)),
      'application/json',
    );
    if (status >= 300) throw new Error(`POST ${path} was answered with ${status}: ${body}`);
    return body;
  }

  close(): void {
    this.agent.destroy();
  }

  private call(method: string, path: string, sent?: Buffer, type?: string) {
    const began = performance.now();
    return new Promise<{ body: string; status: number; ms: number }>((resolve, reject) => {
      const headers = {
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(sent && { 'content-type': type, 'content-length': sent.length }),
      };
      const { agent } = this;
      const sending = request(`${this.url}${path}`, { method, agent, headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const body = Buffer.concat(chunks).toString();
          resolve({ body, status: answer.statusCode ?? 0, ms: performance.now() - began });
        });
      });
      sending.on('error', reject);
      sending.end(sent);
    });
  }
}
