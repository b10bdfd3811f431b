export type { ArtifactStore, PutOptions, StoredArtifact } from './artifact-store.js';
export { ArtifactNotFound, ArtifactStoreUnavailable } from './artifact-store.errors.js';
/** @public */
export { InvalidArtifactKey } from './artifact-store.errors.js';
export { LocalArtifactStore } from './local-artifact-store.js';
