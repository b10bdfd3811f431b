import { isFinalState, type OperatorTaskDetailView } from '@app/contracts';
import { ApiRefusal } from '../api/api-errors.js';
import type { ExportFolder } from './export-folder.js';
import type { PatientApi } from './patient-api.js';
import { toExportedTask } from './to-exported-task.js';

/** A task may move on while its files are fetched: from running to done, or by a retry. */
const MOST_LOOKS = 5;

/** How one fared: `there` had been exported before, and had ended then. */
export type Exported = 'exported' | 'there' | 'erased' | 'damaged';

/** Fetches all of one task. @throws ApiRefusal where the API says no. */
export async function exportTask(
  api: PatientApi,
  folder: ExportFolder,
  id: string,
  albums: AlbumTitles,
): Promise<Exported> {
  const before = await folder.read(id);
  let isDamaged = false;
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    try {
      const detail = await api.get<OperatorTaskDetailView>(`tasks/${id}`);
      const { task } = detail;
      if (before && isFinalState(before.status) && before.finished_at === task.finished_at) return 'there';
      const exported = toExportedTask(detail, await albums.of(task.album_id));
      const { original, result } = exported;
      isDamaged = !(await folder.keep(folder.pathOf('originals', id, original), original, (path) =>
        api.download(task.urls.original, path),
      ));
      if (isDamaged) continue;
      if (result !== null) {
        isDamaged = !(await folder.keep(folder.pathOf('results', id, result), result, (path) =>
          api.download(task.urls.result, path),
        ));
        if (isDamaged) continue;
      }
      await folder.write(exported);
      return 'exported';
    } catch (error) {
      // Erased, or not ready any more, between two requests: the next look tells.
      if (!(error instanceof ApiRefusal) || (error.status !== 404 && error.status !== 409)) throw error;
    }
  }
  return isDamaged ? 'damaged' : 'erased';
}

/** Titles of albums, each asked for once. */
export class AlbumTitles {
  private readonly titles = new Map<string, Promise<string>>();

  constructor(private readonly api: PatientApi) {}

  /** Null for no album. */
  async of(albumId: string | null): Promise<string | null> {
    if (albumId === null) return null;
    const known = this.titles.get(albumId);
    if (known !== undefined) return known;
    const asked = this.api.read<{ title: string }>(`/v1/albums/${albumId}`).then(({ title }) => title);
    this.titles.set(albumId, asked);
    return asked;
  }
}
