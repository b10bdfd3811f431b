export type { ArtifactStore, StoredArtifact } from './artifact-store.js';
export { ArtifactNotFound, ArtifactStoreUnavailable, InvalidArtifactKey } from './artifact-store.errors.js';
export { LocalArtifactStore } from './local-artifact-store.js';
