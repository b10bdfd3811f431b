import { Injectable } from '@nestjs/common';
import { AlbumTasksStore } from './album-tasks.store.js';
import { Manifest, manifestRowOf } from './manifest.js';
import { ResultNames } from './result-names.js';

/** Tasks in memory at a time. */
const PAGE = 200;

/** Lists the photos of an album as its zip would, without packing anything. */
@Injectable()
export class AlbumManifest {
  constructor(private readonly tasks: AlbumTasksStore) {}

  async of(albumId: string): Promise<Buffer> {
    const names = new ResultNames();
    const manifest = new Manifest();
    for await (const row of this.tasks.all(albumId, PAGE)) {
      const hasResult = row.state === 'succeeded' && row.result !== null;
      manifest.add(manifestRowOf(row, hasResult ? names.next(row.filename) : null));
    }
    return manifest.toBuffer();
  }
}
