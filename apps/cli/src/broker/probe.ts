import { connect } from 'node:net';
import { httpGet } from '../system/http-get.js';

/** True when something accepts a TCP connection there. */
export function isListening(port: number, host = '127.0.0.1', timeoutMs = 1000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/**
 * Why a broker of ours does not take its own user yet; undefined when it does. Asks the management API, which a
 * broker of ours always has: an AMQP client would cost the launcher, which stays for days, 35 MB.
 */
export async function whyNotReady(brokerUrl: string, managementUrl: string): Promise<string | undefined> {
  const { username, password, port } = new URL(brokerUrl);
  if (!(await isListening(Number(port)))) return 'it does not listen yet';
  const whoami = new URL('/api/whoami', managementUrl);
  whoami.username = username;
  whoami.password = password;
  const answer = await httpGet(whoami.href);
  if (answer?.status === 200) return undefined;
  return answer ? `its management page answers ${answer.status}` : 'its management page does not answer';
}
