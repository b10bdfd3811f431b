import { DataStore, ERRORS, Metadata, Upload } from '@tus/server';
import type { Readable } from 'node:stream';
import { UPLOAD_KEPT_MS } from '../tasks/incoming-folder.js';
import type { UploadBytes } from './upload-bytes.js';
import type { UploadsStore } from './uploads.store.js';

/** Our uploads as @tus/server wants to see them. An upload is recorded before it gets here. */
export class TusStore extends DataStore {
  override extensions = ['creation', 'creation-with-upload', 'termination', 'expiration'];

  constructor(
    private readonly uploads: UploadsStore,
    private readonly files: UploadBytes,
  ) {
    super();
  }

  override async create(upload: Upload): Promise<Upload> {
    await this.files.create(upload.id);
    return upload;
  }

  override async write(source: Readable, id: string, offset: number): Promise<number> {
    return this.files.append(id, offset, source);
  }

  override async getUpload(id: string): Promise<Upload> {
    const [row, arrived] = await Promise.all([this.uploads.find(id), this.files.arrived(id)]);
    if (row === undefined || arrived === undefined) throw ERRORS.FILE_NOT_FOUND;
    const { bytes: size, metadata } = row;
    return new Upload({
      id,
      size,
      offset: arrived.bytes,
      metadata: Metadata.parse(metadata),
      // From here the server counts `getExpiration`.
      creation_date: new Date(arrived.at).toISOString(),
    });
  }

  /** The bytes first: without them it is nothing to anybody, and what is left of it is found by its age. */
  override async remove(id: string): Promise<void> {
    await this.files.remove(id);
    await this.uploads.remove(id);
  }

  override getExpiration(): number {
    return UPLOAD_KEPT_MS;
  }
}
