import { join } from 'node:path';
import type { ComposeFile } from './compose-file.js';

/** These settings with `/run/secrets/NAME` as the file below `folder` that Compose would mount there. */
export function settleSecrets(
  environment: Record<string, string>,
  mounted: readonly string[],
  { secrets }: ComposeFile,
  folder: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => {
      const secret = mounted.find((each) => value === `/run/secrets/${each}`);
      const file = secret === undefined ? undefined : secrets[secret]?.file;
      return [name, file === undefined ? value : join(folder, file.replace('./secrets/', ''))];
    }),
  );
}
