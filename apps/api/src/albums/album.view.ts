import type { AlbumCounts, AlbumView, LinkAccess } from '@app/contracts';
import type { AlbumRow } from '../database/schema.js';

/** Shows an album to somebody who may do `access` with it. */
export function toAlbumView(row: AlbumRow, counts: AlbumCounts, access: LinkAccess): AlbumView {
  const self = `/v1/albums/${row.id}`;
  return {
    id: row.id,
    title: row.title,
    seq: row.seq,
    counts,
    access,
    created_at: new Date(row.created_at).toISOString(),
    expires_at: new Date(row.expires_at).toISOString(),
    urls: {
      self,
      tasks: `${self}/tasks`,
      results: `${self}/results.zip`,
      events: `${self}/events`,
      links: `${self}/links`,
    },
  };
}
