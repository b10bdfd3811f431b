import { z } from 'zod';

/** Clouds whose machines can be asked whether they will be taken away. */
export const CLOUDS = ['aws', 'gcp', 'azure'] as const;

export type Cloud = (typeof CLOUDS)[number];

/** Where each of them answers a machine about itself: link-local, reached from nowhere else. */
export const METADATA_URL = 'http://169.254.169.254';

/** One that takes longer than this is asked again instead. */
const ANSWER_MS = 1_500;

/**
 * Whether the cloud wants the machine back. `metadataUrl` is the start of the address of its metadata service.
 * Rejects where that does not answer, or not as documented.
 */
export const cloudNotices: Record<Cloud, (metadataUrl: string) => Promise<boolean>> = {
  /** EC2 gives two minutes. There is no such page (404) until then; IMDSv2 wants a token first. */
  async aws(metadataUrl) {
    const token = await ask(`${metadataUrl}/latest/api/token`, {
      method: 'PUT',
      headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' },
    });
    const action = await ask(
      `${metadataUrl}/latest/meta-data/spot/instance-action`,
      { headers: { 'X-aws-ec2-metadata-token': await textOf(token) } },
      [404],
    );
    return action.ok;
  },

  /** Compute Engine gives 30 s: one word that changes. */
  async gcp(metadataUrl) {
    const url = `${metadataUrl}/computeMetadata/v1/instance/preempted`;
    return (await textOf(await ask(url, { headers: { 'Metadata-Flavor': 'Google' } }))) === 'TRUE';
  },

  /** Azure gives 30 s, and tells all machines of a scale set of all their events. */
  async azure(metadataUrl) {
    const headers = { Metadata: 'true' };
    const events = await ask(`${metadataUrl}/metadata/scheduledevents?api-version=2020-07-01`, { headers });
    const ends = scheduledEventsSchema
      .parse(await events.json())
      .Events.filter(({ EventType: type }) => type === 'Preempt' || type === 'Terminate');
    if (ends.length === 0) return false;
    const nameUrl = `${metadataUrl}/metadata/instance/compute/name?api-version=2021-02-01&format=text`;
    const me = await textOf(await ask(nameUrl, { headers }));
    return ends.some(({ Resources: machines }) => machines.includes(me));
  },
};

const scheduledEventsSchema = z.object({
  Events: z.array(z.object({ EventType: z.string(), Resources: z.array(z.string()) })),
});

/** Whether there is a page at this address (2xx). Any other answer is none; rejects where nothing answers. */
export async function hasPage(url: string): Promise<boolean> {
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) });
  await answer.body?.cancel();
  return answer.ok;
}

async function ask(url: string, init: RequestInit, alsoFine: readonly number[] = []): Promise<Response> {
  const answer = await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) });
  if (answer.ok || alsoFine.includes(answer.status)) return answer;
  await answer.body?.cancel();
  throw new Error(`${new URL(url).pathname} was answered with ${answer.status}.`);
}

async function textOf(answer: Response): Promise<string> {
  return (await answer.text()).trim();
}
