import { isFinalState, type TaskView } from '@app/contracts';

const NONE: readonly TaskView[] = [];

/** What the page knows of the tasks of albums, for those who send photos into them. Small, because the home page has it. */
class AlbumTasks {
  private readonly byAlbum = new Map<string, readonly TaskView[]>();
  private listener: () => void = () => {};

  saw(albumId: string, tasks: readonly TaskView[]): void {
    if (this.byAlbum.get(albumId) === tasks) return;
    this.byAlbum.set(albumId, tasks);
    this.listener();
  }

  of(albumId: string | null): readonly TaskView[] {
    return (albumId !== null && this.byAlbum.get(albumId)) || NONE;
  }

  /** Whether the album has the same photo, in line or done; one that did not come out well may be added once more. */
  has(albumId: string | null, sha256: string): boolean {
    return this.of(albumId).some(
      ({ input, status }) => input.sha256 === sha256 && (status === 'succeeded' || !isFinalState(status)),
    );
  }

  listen(listener: () => void): void {
    this.listener = listener;
  }
}

/** The one of this page. */
export const albumTasks = new AlbumTasks();
