/** JPG first and no HEIC: an iPhone then hands its photos over as JPG by itself. */
export const ACCEPTED = 'image/jpeg,image/png,image/bmp';

/** What can be chosen: files, a whole folder with all below it, or a photo taken this moment. */
export type Source = 'files' | 'one_file' | 'folder' | 'camera';

/** Opens the browser's own chooser; has to be called by a click. Nothing comes where the person changes their mind. */
export function chooseFiles(source: Source, onChosen: (files: File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = source === 'files' || source === 'folder';
  if (source === 'folder') input.webkitdirectory = true;
  else input.accept = ACCEPTED;
  if (source === 'camera') input.capture = 'environment';
  // In the page, because some browsers forget a chooser that hangs nowhere.
  input.hidden = true;
  input.addEventListener('change', () => {
    input.remove();
    onChosen([...(input.files ?? [])]);
  });
  input.addEventListener('cancel', () => input.remove());
  document.body.append(input);
  input.click();
}

/** Phones choose folders badly, if at all; computers have no camera for prints. */
export function canChoose(source: Source): boolean {
  const isPhone = window.matchMedia('(pointer: coarse)').matches;
  if (source === 'folder') return !isPhone && 'webkitdirectory' in HTMLInputElement.prototype;
  return source !== 'camera' || isPhone;
}
