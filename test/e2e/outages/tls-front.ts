import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Speaks TLS in front of a server that speaks none, with a certificate that is valid or has expired. */
export class TlsFront {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    private readonly target: URL,
  ) {
    server.on('secureConnection', (client) => this.forward(client));
    // Whoever does not believe the certificate hangs up.
    server.on('tlsClientError', () => undefined);
  }

  /** On a free loopback port, for the host and port of `url`; `folder` is for keys and certificates. */
  static async to(url: string, folder: string): Promise<TlsFront> {
    await makeCertificates(folder);
    const server = createServer(await pairIn(folder, 'valid'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TlsFront(server, folder, new URL(url));
  }

  /** Of who signed the certificates: `NODE_EXTRA_CA_CERTS` of those who are to believe them. */
  get authorityFile(): string {
    return join(this.folder, 'ca.pem');
  }

  /** The target's address, with TLS. */
  get url(): string {
    const url = new URL(this.target.toString().replace(/^amqp:/, 'amqps:'));
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString().replace(/\/$/, '');
  }

  /** Has this certificate from here on; every connection ends, as when a server is started again. */
  async become(certificate: 'valid' | 'expired'): Promise<void> {
    this.server.setSecureContext(await pairIn(this.folder, certificate));
    this.reset();
  }

  /** Ends every connection; new ones are taken. */
  reset(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(client: Socket): void {
    const server = connect(Number(this.target.port), this.target.hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}

async function pairIn(folder: string, name: string): Promise<{ key: Buffer; cert: Buffer }> {
  const [key, cert] = await Promise.all(
    ['server.key', `${name}.pem`].map((file) => readFile(join(folder, file))),
  );
  return { key: key!, cert: cert! };
}

async function makeCertificates(folder: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const authority = ['-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=outages'];
  await openssl('req', '-x509', ...KEY, ...authority);
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await openssl('req', ...KEY, '-keyout', 'server.key', '-out', 'server.csr', ...names);
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-copy_extensions', 'copy'];
  for (const [name, days] of [
    ['valid', '2'],
    // It ends in the second in which it began.
    ['expired', '0'],
  ] as const) {
    await openssl('x509', '-req', '-in', 'server.csr', ...signed, '-days', days, '-out', `${name}.pem`);
  }
}
