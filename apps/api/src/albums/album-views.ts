import type { AlbumView } from '@app/contracts';
import { Injectable } from '@nestjs/common';
import { AccessService } from '../access/access.service.js';
import type { Caller } from '../access/caller.js';
import type { AlbumRow } from '../database/schema.js';
import { AlbumTasksStore } from './album-tasks.store.js';
import { toAlbumView } from './album.view.js';

/** Builds what callers see of albums. */
@Injectable()
export class AlbumViews {
  constructor(
    private readonly tasks: AlbumTasksStore,
    private readonly access: AccessService,
  ) {}

  /** In the order given. */
  async ofAll(rows: readonly AlbumRow[], caller: Caller): Promise<AlbumView[]> {
    const counts = await this.tasks.counts(rows.map((row) => row.id));
    return Promise.all(
      rows.map(async (row) => {
        const standing = await this.access.standingAtAlbum(caller, row);
        return toAlbumView(row, counts.get(row.id)!, standing);
      }),
    );
  }

  async of(row: AlbumRow, caller: Caller): Promise<AlbumView> {
    return (await this.ofAll([row], caller))[0]!;
  }
}
