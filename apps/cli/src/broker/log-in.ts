import { probeBroker } from '@app/messaging';

/** Logs in to a RabbitMQ and leaves again; undefined when that works, else why not, in words. */
export async function whyNoLogin(url: string, timeoutMs = 5000): Promise<string | undefined> {
  const answer = await probeBroker(url, timeoutMs);
  return answer.ok ? undefined : answer.message;
}
