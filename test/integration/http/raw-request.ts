import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A response as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
  /** Every status line that came, `100 Continue` too. */
  statusLines: string[];
}

/** Opens a connection to an API without an HTTP client that would forbid what is to be tried. */
export async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  // A server that closes while we write is what some cases are about.
  socket.on('error', () => undefined);
  return socket;
}

/** Sends bytes and reads until the server closes or has sent a whole response. */
export async function exchange(url: string, ...parts: (string | Buffer)[]): Promise<RawAnswer> {
  const socket = await open(url);
  for (const part of parts) socket.write(part);
  try {
    return await readAnswer(socket);
  } finally {
    socket.destroy();
  }
}

/** Reads the next response from a connection. */
export async function readAnswer(socket: Socket): Promise<RawAnswer> {
  let received = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    received += chunk.toString('latin1');
    const answer = parse(received);
    if (answer !== undefined) return answer;
  }
  throw new Error(`The connection ended in the middle of an answer: ${received.slice(0, 200)}`);
}

function parse(received: string): RawAnswer | undefined {
  const statusLines: string[] = [];
  let rest = received;
  while (true) {
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) return undefined;
    const [line = '', ...lines] = rest.slice(0, end).split('\r\n');
    statusLines.push(line);
    rest = rest.slice(end + 4);
    const status = Number(line.split(' ')[1]);
    if (status === 100) continue;
    const headers = Object.fromEntries(
      lines.map((each) => {
        const colon = each.indexOf(':');
        return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers['content-length'] ?? 0);
    if (rest.length < length) return undefined;
    const body = Buffer.from(rest.slice(0, length), 'latin1').toString('utf8');
    return { status, headers, body, statusLines };
  }
}

/** The head of a multipart upload. */
export function uploadHead(url: string, length: number | string, more = ''): string {
  return (
    `POST /v1/tasks HTTP/1.1\r\nHost: ${new URL(url).host}\r\n` +
    `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${length}\r\n${more}\r\n`
  );
}

/** A multipart body: the type, then a file. */
export function uploadBody(photo: Buffer, partHeaders = ''): Buffer {
  const head =
    '--b\r\nContent-Disposition: form-data; name="type"\r\n\r\nperson\r\n' +
    `--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n${partHeaders}\r\n`;
  return Buffer.concat([Buffer.from(head), photo, Buffer.from('\r\n--b--\r\n')]);
}
