import { connect } from 'amqplib';
import { rename, writeFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AUTHORIZATION } from '../clients/operator-key.js';
import type { NumberedPhoto } from '../photos/numbered-photo.js';
import type { FaultSystem } from '../system/fault-system.js';

/** Sends a photo once, and gives the status of the answer. */
export async function sendOnce(
  system: FaultSystem,
  { number, file }: NumberedPhoto,
  { taskType = 'person', callbackUrl }: { taskType?: string; callbackUrl?: string } = {},
): Promise<number> {
  const body = new FormData();
  body.append('type', taskType);
  if (callbackUrl !== undefined) body.append('callback_url', callbackUrl);
  body.append('image', new Blob([new Uint8Array(file)]), `${number}.png`);
  const answer = await fetch(`${system.apis[0]!.url}/v1/tasks`, {
    method: 'POST',
    headers: AUTHORIZATION,
    body,
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** Takes the binding of a work queue away, as somebody might on RabbitMQ's management page. */
export async function unbindWork(system: FaultSystem, taskType: string): Promise<void> {
  const connection = await connect(system.brokerUrl);
  const channel = await connection.createChannel();
  await channel.unbindQueue(`photo_repair.work.${taskType}`, 'photo_repair.work', taskType);
  await connection.close();
}

/** While it lasts no photo can be stored: a file is where their folder should be. Gives what ends it. */
export async function breakStorage({ dataDir }: FaultSystem): Promise<() => Promise<void>> {
  const folder = join(dataDir, 'artifacts', 'originals');
  await rename(folder, `${folder}.away`);
  await writeFile(folder, '');
  return async () => {
    await rm(folder);
    await rename(`${folder}.away`, folder);
  };
}
