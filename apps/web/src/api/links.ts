import type { AlbumLinkView, LinkAccess, NewAlbumLinkView, OpenedLinkView } from '@app/contracts';
import { callApi } from './call-api.js';

const pathOf = (albumId: string) => `/v1/albums/${encodeURIComponent(albumId)}/links`;

/** A link that opens the album to whoever has it; the token in its `url` is shown this once. */
export function makeLink(albumId: string, access: LinkAccess): Promise<NewAlbumLinkView> {
  return callApi(pathOf(albumId), { method: 'POST', body: { access } });
}

/** Those that are alive. */
export async function listLinks(albumId: string): Promise<AlbumLinkView[]> {
  return (await callApi<{ items: AlbumLinkView[] }>(pathOf(albumId))).items;
}

/** Ends a link at once, also for those who have the album open by it. */
export function endLink(albumId: string, linkId: string): Promise<void> {
  return callApi(`${pathOf(albumId)}/${encodeURIComponent(linkId)}`, { method: 'DELETE' });
}

/** Opens the album of a link to this device, from now on. `beginSession()` comes before it. */
export function openLink(token: string): Promise<OpenedLinkView> {
  return callApi('/v1/links/open', { method: 'POST', body: { token } });
}
