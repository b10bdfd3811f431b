import { createServer } from 'node:net';
import { PortReservations } from './port-reservations.js';

/** True when a program may listen there now. */
export function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Hands out ports of this machine, each once: the wanted one, or the next free one above it. */
export class PortPicker {
  private readonly given = new Set<number>();
  private readonly reservations = new PortReservations();

  async pick(wanted: number, host = '127.0.0.1'): Promise<number> {
    for (let port = wanted; port <= 65_535; port++) {
      if (this.given.has(port) || !(await isPortFree(port, host)) || !this.reservations.take(port)) continue;
      this.given.add(port);
      return port;
    }
    throw new Error(`No port from ${wanted} up is free on ${host}.`);
  }
}
