import { connect } from 'amqplib';
import { AUTHORIZATION } from '../clients/operator-key.js';
import type { NumberedPhoto } from '../photos/numbered-photo.js';
import type { FaultSystem } from '../system/fault-system.js';

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string | FormData;
}

/**
 * Puts this word everywhere where somebody outside may write something: names of files, albums, types, addresses, methods,
 * ids, messages. Resolves when all of it was answered.
 */
export async function sendEverywhere(system: FaultSystem, word: string, photo: NumberedPhoto): Promise<void> {
  const { url } = system.apis[0]!;
  const ask = async (path: string, init: Asked = {}): Promise<number> => {
    const { headers } = init;
    const answer = await fetch(`${url}${path}`, { ...init, headers: { ...AUTHORIZATION, ...headers } });
    await answer.arrayBuffer();
    return answer.status;
  };
  const post = (path: string, body: string | FormData, headers: Record<string, string> = {}) =>
    ask(path, { method: 'POST', body, headers });
  const json = { 'content-type': 'application/json' };
  const album = { title: word, client_ref: word, [word]: word };
  await Promise.all([
    post('/v1/tasks', form(photo, word, 'person')),
    post('/v1/tasks', form(photo, word, word), { 'idempotency-key': word }),
    post('/v1/albums', JSON.stringify(album), json),
    post('/v1/albums', JSON.stringify({ title: word }), json),
    post(`/v1/${word}`, word),
    post('/v1/tasks', word, { 'content-type': `text/${word}` }),
    ask(`/${word}`, { headers: { 'user-agent': word, referer: `http://127.0.0.1/${word}` } }),
    ask(`/v1/tasks/${word}`),
    ask(`/v1/tasks?type=${word}&state=${word}&cursor=${word}`),
    ask(`/v1/albums/${word}`, { headers: { authorization: `Bearer ${word}`, cookie: `${word}=${word}` } }),
    // One that Node's parser knows, and no route does.
    ask(`/v1/tasks/${word}`, { method: 'PROPFIND' }),
    publish(system.brokerUrl, word),
  ]);
}

function form({ file }: NumberedPhoto, word: string, type: string): FormData {
  const body = new FormData();
  body.append('type', type);
  body.append('client_ref', word);
  body.append(word, word);
  body.append('image', new Blob([new Uint8Array(file)]), `${word}.png`);
  return body;
}

/** As a program of another system would, by the plain queue. */
async function publish(url: string, word: string): Promise<void> {
  const connection = await connect(url, { clientProperties: { connection_name: word } });
  const channel = await connection.createConfirmChannel();
  const body = { task_id: word, type: word, workflow: word, image_url: `http://${word}.invalid/` };
  for (const content of [JSON.stringify(body), word])
    channel.sendToQueue('photo_repair_tasks', Buffer.from(content), {
      messageId: word,
      type: word,
      appId: word,
      headers: { [word]: word },
    });
  await channel.waitForConfirms();
  await connection.close();
}
