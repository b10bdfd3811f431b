/** The API's id of an upload is the end of its address. */
export function uploadIdOf(uploadUrl: string): string {
  return new URL(uploadUrl, 'http://any').pathname.split('/').at(-1)!;
}

/** Erases what has arrived of a photo that is not wanted any more; what cannot be reached now goes by its age. */
export function endUpload(uploadUrl: string): void {
  const path = `/v1/uploads/${uploadIdOf(uploadUrl)}`;
  fetch(path, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' }, keepalive: true }).catch(
    () => undefined,
  );
}
