import { probeBroker } from '@app/messaging';
import { isPrivateNode } from './private-node.files.js';

/** Logs in to a RabbitMQ and leaves again; undefined when that works, else why not, in words. */
export async function whyNoLogin(url: string, timeoutMs = 5000): Promise<string | undefined> {
  const answer = await probeBroker(url, timeoutMs);
  return answer.ok ? undefined : answer.message;
}

/** Whether a RabbitMQ takes this login, and is not the private one of another photo-repair, which stops with that. */
export async function isForAll(url: string, timeoutMs = 5000): Promise<boolean> {
  const answer = await probeBroker(url, timeoutMs);
  return answer.ok && !isPrivateNode(answer.clusterName);
}
