import { join } from 'node:path';
import { z } from 'zod';
import type { ArtifactStore } from './artifact-store.js';
import { LocalArtifactStore } from './local-artifact-store.js';
import type { S3Options } from './s3-options.js';

/** A bucket's name (3 to 63 characters) and, after it, what our keys begin with there. */
const S3_URL = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[a-z0-9][a-z0-9_.-]*)*)\/?$/;

/**
 * The settings by which a program finds the artifact store; a part of the schema in each `env.ts`. Without
 * `ARTIFACT_STORE` it is the folder `artifacts` of `DATA_DIR`.
 */
export const artifactStoreSettings = {
  ARTIFACT_STORE: z
    .string()
    .regex(S3_URL, 'must be s3://BUCKET or s3://BUCKET/PREFIX, of lowercase letters, digits, - _ and .')
    .optional(),
  S3_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_PATH_STYLE: z.stringbool().optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
};

type Settings = z.output<z.ZodObject<typeof artifactStoreSettings>>;

/** Where the artifacts are: a folder of this machine (or of a file system that several share), or a bucket. */
export type ArtifactPlace = { kind: 'local'; folder: string } | ({ kind: 's3' } & S3Options);

/**
 * What is wrong among settings that are right each for itself: the sentence for `S3_SECRET_ACCESS_KEY`. True where all
 * is well, as `refine` of zod wants it.
 */
export function s3KeysGoTogether(env: Settings): boolean {
  return (env.S3_ACCESS_KEY_ID === undefined) === (env.S3_SECRET_ACCESS_KEY === undefined);
}

/** For `refine`: under which setting that is reported, and how. */
export const S3_KEYS_APART = {
  path: ['S3_SECRET_ACCESS_KEY'],
  error: 'goes together with S3_ACCESS_KEY_ID: set both, or neither',
};

/** @param dataDir absolute. */
export function artifactPlaceOf(env: Settings, dataDir: string): ArtifactPlace {
  const [, bucket, prefix = ''] = S3_URL.exec(env.ARTIFACT_STORE ?? '') ?? [];
  if (bucket === undefined) return { kind: 'local', folder: join(dataDir, 'artifacts') };
  const { S3_ENDPOINT: endpoint, S3_ACCESS_KEY_ID: id, S3_SECRET_ACCESS_KEY: secret } = env;
  return {
    kind: 's3',
    bucket,
    prefix: prefix === '' ? '' : `${prefix.slice(1)}/`,
    endpoint,
    region: env.S3_REGION,
    pathStyle: env.S3_PATH_STYLE ?? endpoint !== undefined,
    credentials:
      id === undefined || secret === undefined ? undefined : { accessKeyId: id, secretAccessKey: secret },
  };
}

/** The store at a place. The S3 client is loaded only by who uses it. Nothing is asked yet: call `prepare`. */
export async function openArtifactStore(place: ArtifactPlace): Promise<ArtifactStore> {
  if (place.kind === 'local') return new LocalArtifactStore(place.folder);
  const { S3ArtifactStore } = await import('./s3-artifact-store.js');
  return new S3ArtifactStore(place);
}
