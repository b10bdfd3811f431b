import type { NewApiKeyView } from '@app/contracts';
import { AUTHORIZATION } from './operator-key.js';
import { postUntilDone } from './patient-request.js';

/** Has the operator make a key of somebody who is an owner of his own. */
export async function makeKey(apiUrl: string, name: string): Promise<string> {
  const { token } = await postUntilDone<NewApiKeyView>(`${apiUrl}/v1/admin/keys`, AUTHORIZATION, { name });
  return token;
}
