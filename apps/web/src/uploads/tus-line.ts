import Uppy from '@uppy/core';
import Tus, { type TusBody } from '@uppy/tus';
import { ApiProblem } from '../api/api-problem.js';
import { tusProblem } from './tus-problem.js';

/** What is lost at most, and sent again, where something in between keeps parts back until they are whole. */
const CHUNK_BYTES = 4 * 1024 * 1024;

type Meta = { relativePath: string; name: string };

export interface TusLineEvents {
  /** `uploadUrl` is where the upload goes on after a reload. */
  onProgress(id: string, percent: number, uploadUrl: string | null): void;
  onArrived(id: string, uploadUrl: string): void;
  onProblem(id: string, problem: ApiProblem): void;
}

/**
 * The photos that are on their way, by Uppy and tus: what has arrived is not sent again. When and whether one is tried
 * again is decided by whoever is told of its problem.
 */
export class TusLine {
  private readonly fileIds = new Map<string, string>();
  /** Uppy forgets that a file was paused once it has failed, and the other way round. */
  private readonly standing = new Map<string, 'running' | 'paused' | 'failed'>();
  private readonly uppy: Uppy<Meta, TusBody>;

  constructor(private readonly events: TusLineEvents) {
    const silent = () => undefined;
    this.uppy = new Uppy<Meta, TusBody>({ logger: { debug: silent, warn: silent, error: silent } });
    this.uppy.use(Tus, {
      endpoint: new URL('/v1/uploads', location.href).href,
      chunkSize: CHUNK_BYTES,
      retryDelays: [],
      // Where an upload goes on is in our own record of it.
      storeFingerprintForResuming: false,
      allowedMetaFields: ['name'],
    });
    this.uppy.on('upload-progress', (file) => {
      if (file === undefined) return;
      const { progress } = this.uppy.getFile(file.id);
      events.onProgress(idOf(file), progress.percentage ?? 0, this.uploadUrlOf(file.id));
    });
    this.uppy.on('upload-success', (file, { uploadURL }) => {
      if (file === undefined) return;
      // Not at once: Uppy would take the file for cancelled and erase what has just arrived.
      queueMicrotask(() => this.leave(idOf(file)));
      events.onArrived(idOf(file), uploadURL!);
    });
    this.uppy.on('upload-error', (file, error, response) => {
      if (file === undefined) return;
      this.standing.set(idOf(file), 'failed');
      const request = (response?.body as { xhr?: XMLHttpRequest } | undefined)?.xhr;
      events.onProblem(idOf(file), toProblem(error, request));
    });
  }

  /** Begins, or goes on from where it was. */
  start(id: string, file: File, uploadUrl: string | null): void {
    const known = this.fileIds.get(id);
    const isPaused = this.standing.get(id) === 'paused';
    this.standing.set(id, 'running');
    if (known !== undefined) {
      if (isPaused) this.uppy.pauseResume(known);
      else this.run(known);
      return;
    }
    // By its path a file has its id in Uppy: the same photo may go into two albums.
    const meta = { relativePath: id, name: file.name };
    const fileId = this.uppy.addFile({ name: file.name, type: file.type, data: file, meta });
    this.fileIds.set(id, fileId);
    if (uploadUrl !== null) this.uppy.setFileState(fileId, { tus: { uploadUrl } });
    this.run(fileId);
  }

  /** Breaks off; what has arrived stays where it is. */
  pause(id: string): void {
    const fileId = this.fileIds.get(id);
    if (fileId === undefined || this.standing.get(id) !== 'running') return;
    this.standing.set(id, 'paused');
    this.uppy.pauseResume(fileId);
  }

  /** Breaks off; what has arrived is erased. False where nothing of it is on its way. */
  cancel(id: string): boolean {
    return this.leave(id);
  }

  private run(fileId: string): void {
    // Uppy's word for "upload this one"; how it ended is told by the events.
    void this.uppy.retryUpload(fileId).catch(() => undefined);
  }

  private leave(id: string): boolean {
    const fileId = this.fileIds.get(id);
    if (fileId === undefined) return false;
    this.fileIds.delete(id);
    this.standing.delete(id);
    this.uppy.removeFile(fileId);
    return true;
  }

  private uploadUrlOf(fileId: string): string | null {
    return (this.uppy.getFile(fileId) as { tus?: { uploadUrl?: string } }).tus?.uploadUrl ?? null;
  }
}

const idOf = (file: { meta: { relativePath?: string | null } }) => file.meta.relativePath!;

function toProblem(error: unknown, request: XMLHttpRequest | undefined): ApiProblem {
  if (request === undefined) return new ApiProblem('offline', null, null, { cause: error });
  return tusProblem(request.status, request.responseText, request.getResponseHeader('retry-after'));
}
