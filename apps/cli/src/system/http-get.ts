import { get } from 'node:http';

/** What a local address answered. */
export interface HttpAnswer {
  status: number;
  body: string;
}

/**
 * Asks an address on this machine; undefined when nothing answers in time. Plain `node:http` because the launcher
 * stays for days and `fetch` costs it 10 MB. The answer is cut at 64 KiB.
 */
export function httpGet(url: string, timeoutMs = 2000): Promise<HttpAnswer | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: timeoutMs, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body = (body + chunk).slice(0, 65_536);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', () => resolve(undefined));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(undefined));
    request.on('close', () => resolve(undefined));
  });
}
