import {
  artifactPlaceOf,
  artifactStoreSettings,
  openArtifactStore,
  type ArtifactStore,
} from '@app/artifact-store';
import { parseEnv } from '@app/runtime';
import { tmpdir } from 'node:os';
import { z } from 'zod';
import type { PrivateS3 } from './private-s3.js';

/** The store below a prefix of a server, as our programs open it; `more` replaces settings. */
export async function s3StoreOf(
  server: Pick<PrivateS3, 'settings'>,
  prefix: string,
  more: Record<string, string> = {},
): Promise<ArtifactStore> {
  const settings = parseEnv(z.object(artifactStoreSettings), { ...server.settings(prefix), ...more });
  return openArtifactStore(artifactPlaceOf(settings, tmpdir()));
}
