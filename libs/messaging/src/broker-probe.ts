import { connect } from 'amqplib';
import { InvalidAmqpUrl, parseAmqpUrl, redactAmqpUrl } from './amqp-url.js';
import { explainConnectError, type ConnectProblemCode } from './connect-problem.js';

/** What a look at a broker found. */
export type BrokerProbe =
  | {
      ok: true;
      version: string;
      product: string;
      /** RabbitMQ's own: `<first node>@<machine>` unless an operator has set another; empty where a broker tells none. */
      clusterName: string;
    }
  | {
      ok: false;
      /** `refused` also where the host name is not known. */
      code: ConnectProblemCode | 'invalid_url';
      /** A plain sentence for people, without the password. */
      message: string;
    };

/**
 * Tries a broker's address once: connects, logs in, opens the virtual host, and leaves. For a launcher's first look,
 * before anything waits for the broker in vain. Never rejects; takes `timeoutMs` at most.
 */
export async function probeBroker(url: string, timeoutMs: number): Promise<BrokerProbe> {
  const address = redactAmqpUrl(url);
  try {
    const connection = await connect(parseAmqpUrl(url).toString(), { timeout: timeoutMs, noDelay: true });
    const { product, version, cluster_name: clusterName } = connection.connection.serverProperties;
    // The answer is here; how the goodbye goes does not matter.
    connection.on('error', () => undefined);
    await connection.close().catch(() => undefined);
    return { ok: true, version, product, clusterName: clusterName ?? '' };
  } catch (error) {
    if (error instanceof InvalidAmqpUrl) return { ok: false, code: 'invalid_url', message: error.message };
    const { code, phrase } = explainConnectError(error instanceof Error ? error : new Error(String(error)));
    return { ok: false, code, message: `The broker at ${address} cannot be used: ${phrase}.` };
  }
}
