/** Why a broker cannot be used. */
export type ConnectProblemCode = 'refused' | 'auth' | 'timeout' | 'not_amqp' | 'vhost' | 'certificate';

/** What Node says of a certificate that it does not believe (OpenSSL's X509_V_ERR_*, and its own check of the name). */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|HOSTNAME_MISMATCH/;

/**
 * What a failed connect means, for people; `phrase` begins small, ends without a full stop and holds no password.
 * The texts are those of amqplib 2.3 with RabbitMQ 3.10 to 4.3. A missing virtual host shows only as an unexpected
 * close, since amqplib keeps the broker's words to itself there.
 */
export function explainConnectError(error: Error): { code: ConnectProblemCode; phrase: string } {
  const text = error.message;
  const { code } = error as NodeJS.ErrnoException;
  if (/ETIMEDOUT/.test(text)) return { code: 'timeout', phrase: 'it does not answer in time' };
  if (/ACCESS[-_]REFUSED/.test(text)) {
    return { code: 'auth', phrase: 'it refuses this user name or password' };
  }
  if (/ConnectionOpenOk.*ConnectionClose|NOT[-_]ALLOWED/.test(text)) {
    return { code: 'vhost', phrase: 'it has no such virtual host, or the user may not use it' };
  }
  if (code !== undefined && CERTIFICATE.test(code)) {
    return { code: 'certificate', phrase: `its certificate is not believed here (${code})` };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return { code: 'refused', phrase: 'the host name is not known' };
  }
  if (code) return { code: 'refused', phrase: `nothing takes connections there (${code})` };
  return { code: 'not_amqp', phrase: `what answers there does not speak AMQP 0-9-1 (${text.slice(0, 200)})` };
}
