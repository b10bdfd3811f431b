export { ArtifactStore } from './artifact-store.js';
/** @public */
export type { PutOptions, StoredArtifact } from './artifact-store.js';
export { ArtifactNotFound, ArtifactStoreUnavailable } from './artifact-store.errors.js';
/** @public */
export { InvalidArtifactKey } from './artifact-store.errors.js';
export { StoreReach } from './store-reach.js';
export { LocalArtifactStore } from './local-artifact-store.js';
export {
  artifactPlaceOf,
  artifactStoreSettings,
  openArtifactStore,
  S3_KEYS_APART,
  s3KeysGoTogether,
  type ArtifactPlace,
} from './artifact-store-settings.js';
