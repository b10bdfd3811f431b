/**
 * Receives webhooks of photo-repair.
 *
 *     WEBHOOK_SECRET=whsec_... node webhook-receiver.mjs
 *
 * WEBHOOK_SECRET   what photo-repair gave you for your key
 * HOST, PORT       where to listen; default: 127.0.0.1, 8000
 *
 * Prints one line of JSON for each webhook that is genuine. Put it behind a proxy that speaks TLS.
 */
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';

const MOST_BYTES = 65_536;
const webhook = new Webhook(process.env.WEBHOOK_SECRET ?? '');
/** A webhook may come twice. A real program keeps these ids where it keeps what it did with them. */
const seen = new Set();

const server = createServer((request, response) => {
  receive(request).then(
    ({ status, text = '' }) => response.writeHead(status, { 'content-type': 'text/plain' }).end(text),
    (error) => {
      console.error(error);
      response.writeHead(500).end();
    },
  );
});

async function receive(request) {
  if (request.method !== 'POST') return { status: 405 };
  if (!(Number(request.headers['content-length']) <= MOST_BYTES)) return { status: 413 };
  const body = await buffer(request);
  try {
    // Checks the signature in constant time, and that it is not older than five minutes: nobody can send it again later.
    // It needs the bytes as they came: JSON that was parsed and written again has another signature.
    webhook.verify(body, request.headers, { jsonParse: false });
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    console.error('refused:', error.message);
    return { status: 401 };
  }
  const notice = JSON.parse(body.toString());
  // Asked once, when the address is set for a key: is this a receiver that wants webhooks?
  if (notice.type === 'webhook.challenge') return { status: 200, text: notice.data.challenge };
  // Remember first, answer at once, work afterwards: photo-repair waits 15 s for a 2xx, then tries again.
  const id = request.headers['webhook-id'];
  if (!seen.has(id)) {
    seen.add(id);
    console.log(JSON.stringify(notice));
  }
  return { status: 204 };
}

server.listen(Number(process.env.PORT ?? 8000), process.env.HOST ?? '127.0.0.1', () => {
  const { address, port } = server.address();
  console.error(`listening on http://${address}:${port}`);
});
