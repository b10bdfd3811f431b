import type { DeliveryView } from '@app/contracts';
import { AUTHORIZATION } from './operator-key.js';
import { postUntilDone } from './patient-request.js';

/** Has the operator ask for every delivery again that was given up; resolves to how many they were. At most 100. */
export async function redeliverFailed(apiUrl: string): Promise<number> {
  const answer = await fetch(`${apiUrl}/v1/deliveries?state=failed&limit=100`, { headers: AUTHORIZATION });
  if (!answer.ok) throw new Error(`The list of deliveries was answered with ${answer.status}.`);
  const { items } = (await answer.json()) as { items: DeliveryView[] };
  for (const { id } of items) {
    await postUntilDone(`${apiUrl}/v1/deliveries/${id}/redeliver`, AUTHORIZATION, {});
  }
  return items.length;
}
