import { useMemo, useState, type ReactNode } from 'react';
import { cancelTask, retryTask } from '../api/tasks.js';
import type { Photo } from '../photo/photo.js';
import { uploadCenter } from '../uploads/upload-center.js';
import type { AlbumActions } from './album-actions.js';
import { ErasePhotoDialog } from './erase-photo-dialog.js';
import { useAct } from './use-act.js';

/** What can be done to single photos, and the dialog that asks before one of them. */
export function useAlbumDialogs(): { actions: AlbumActions; dialogs: ReactNode } {
  const act = useAct();
  const [erasing, setErasing] = useState<Photo | null>(null);
  const actions = useMemo<AlbumActions>(
    () => ({
      again: ({ key, task }) =>
        task === null ? uploadCenter.again(key) : void act(async () => void (await retryTask(task.id))),
      stop: ({ key, task }) =>
        task === null ? uploadCenter.cancel(key) : void act(async () => void (await cancelTask(task.id))),
      erase: setErasing,
    }),
    [act],
  );
  return {
    actions,
    dialogs: erasing && (
      <ErasePhotoDialog
        photo={erasing}
        onClose={() => {
          setErasing(null);
          focusMenuOf(erasing);
        }}
      />
    ),
  };
}

/** The item of the menu that opened the dialog is gone, so the dialog cannot give the focus back to it. */
function focusMenuOf({ key }: Photo): void {
  document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"] [aria-haspopup=menu]`)?.focus();
}
