import type { AlbumCounts, AlbumView } from '@app/contracts';
import { suffices, type Standing } from '../access/standing.js';
import type { AlbumRow } from '../database/schema.js';

/** Shows an album to somebody of that standing. */
export function toAlbumView(row: AlbumRow, counts: AlbumCounts, standing: Standing): AlbumView {
  const self = `/v1/albums/${row.id}`;
  return {
    id: row.id,
    title: row.title,
    seq: row.seq,
    counts,
    access: suffices(standing, 'edit') ? 'edit' : 'view',
    // The address may hold what opens the receiver to whoever knows it.
    callback_url: suffices(standing, 'owner') ? row.callback_url : null,
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
