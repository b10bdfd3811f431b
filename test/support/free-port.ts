import getPort, { portNumbers } from 'get-port';
import { randomInt } from 'node:crypto';

/**
 * Where Linux begins to give ports to outgoing connections (`ip_local_port_range`). A port from there that is free now may
 * be somebody's connection by the time that a program listens on it.
 */
const FIRST_OF_CONNECTIONS = 32_768;
const FIRST = 20_000;
const TRIED = 200;

/** A loopback port for a program that is about to be started, in this process never given twice. */
export function freePort(): Promise<number> {
  const from = randomInt(FIRST, FIRST_OF_CONNECTIONS - TRIED);
  return getPort({ port: portNumbers(from, from + TRIED - 1) });
}
