import type { FailureCode, LivePlace, ProblemCode, TaskProgress, TaskState, TaskView } from '@app/contracts';

/** Why a photo is not on its way: the API's codes, and what only this page can find out. */
export type PhotoProblem = ProblemCode | 'offline' | 'heic_photo' | 'unreadable';

/** How the page reaches the API: by the live socket, by reading now and then, or not at all. */
export type Link = 'connecting' | 'live' | 'polling' | 'away';

/**
 * Where a photo is, from the point of view of the person who added it.
 *
 * `checking -> waiting_to_send -> sending -> in_line <-> working -> done | failed | stopped | expired`;
 * `refused` never left this device, `looking` is one remembered from an earlier visit, `gone` one the API forgot.
 */
export type Phase =
  | 'checking'
  | 'waiting_to_send'
  | 'sending'
  | 'refused'
  | 'looking'
  | 'in_line'
  | 'working'
  | 'done'
  | 'failed'
  | 'stopped'
  | 'expired'
  | 'gone';

export interface Photo {
  /** Ours, for this list; the API's id is `taskId`. */
  readonly key: string;
  readonly name: string;
  readonly type: string;
  readonly phase: Phase;
  /** A small `data:` picture, or null until there is one. */
  readonly thumbnail: string | null;
  /** 0-100 while sending. */
  readonly sentPercent: number;
  readonly problem: PhotoProblem | null;
  readonly failure: FailureCode | null;
  readonly taskId: string | null;
  readonly task: TaskView | null;
}

export interface PageState {
  readonly photos: readonly Photo[];
  readonly link: Link;
}

export type PageAction =
  | { kind: 'added'; photos: readonly Pick<Photo, 'key' | 'name' | 'type'>[] }
  | { kind: 'remembered'; photos: readonly Pick<Photo, 'key' | 'name' | 'type' | 'thumbnail' | 'taskId'>[] }
  | { kind: 'thumbnail'; key: string; thumbnail: string }
  | { kind: 'ready_to_send'; key: string }
  /** Not sent yet, and tried again without the person's help. */
  | { kind: 'held'; key: string; problem: PhotoProblem }
  | { kind: 'sending'; key: string; percent: number }
  | { kind: 'refused'; key: string; problem: PhotoProblem }
  | { kind: 'accepted'; key: string; task: TaskView }
  | { kind: 'task'; task: TaskView }
  | { kind: 'places'; places: readonly LivePlace[] }
  | { kind: 'progress'; taskId: string; progress: TaskProgress }
  | { kind: 'gone'; taskId: string }
  | { kind: 'removed'; key: string }
  | { kind: 'link'; link: Link };

export const EMPTY_PAGE: PageState = { photos: [], link: 'connecting' };

const NEW_PHOTO = {
  phase: 'checking',
  thumbnail: null,
  sentPercent: 0,
  problem: null,
  failure: null,
  taskId: null,
  task: null,
} as const satisfies Partial<Photo>;

/** The page after something happened. Pure; photos that did not change stay the same objects. */
export function reduce(state: PageState, action: PageAction): PageState {
  switch (action.kind) {
    case 'added':
      return {
        ...state,
        photos: [...action.photos.map((photo) => ({ ...NEW_PHOTO, ...photo })), ...state.photos],
      };
    case 'remembered':
      return {
        ...state,
        photos: [
          ...state.photos,
          ...action.photos.map((photo) => ({ ...NEW_PHOTO, ...photo, phase: 'looking' as const })),
        ],
      };
    case 'thumbnail':
      return change(state, byKey(action.key), (photo) => ({ ...photo, thumbnail: action.thumbnail }));
    case 'ready_to_send':
      return change(state, byKey(action.key), (photo) => ({
        ...NEW_PHOTO,
        key: photo.key,
        name: photo.name,
        type: photo.type,
        thumbnail: photo.thumbnail,
        phase: 'waiting_to_send',
      }));
    case 'held':
      return change(state, byKey(action.key), (photo) => ({
        ...photo,
        phase: 'waiting_to_send',
        problem: action.problem,
      }));
    case 'sending':
      return change(state, byKey(action.key), (photo) => ({
        ...photo,
        phase: 'sending',
        problem: null,
        sentPercent: action.percent,
      }));
    case 'refused':
      return change(state, byKey(action.key), (photo) => ({
        ...photo,
        phase: 'refused',
        problem: action.problem,
      }));
    case 'accepted':
      return change(state, byKey(action.key), (photo) => withTask({ ...photo, problem: null }, action.task));
    case 'task':
      return change(state, byTask(action.task.id), (photo) => withTask(photo, action.task));
    case 'places':
      return action.places.reduce(moveInLine, state);
    case 'progress':
      return change(state, byTask(action.taskId), (photo) =>
        photo.task?.status === 'running'
          ? { ...photo, task: { ...photo.task, progress: action.progress } }
          : photo,
      );
    case 'gone':
      return change(state, byTask(action.taskId), (photo) => ({ ...photo, phase: 'gone' }));
    case 'removed':
      return { ...state, photos: state.photos.filter((photo) => photo.key !== action.key) };
    default:
      return state.link === action.link ? state : { ...state, link: action.link };
  }
}

/** Whether sending the photo once more may help, and there is something to send. */
export function canTryAgain(photo: Photo): boolean {
  if (photo.phase === 'failed') return photo.failure !== 'bad_image';
  if (photo.phase === 'expired' || photo.phase === 'stopped') return true;
  if (photo.phase !== 'refused' || photo.problem === null) return false;
  return (['internal_error', 'malformed_multipart', 'no_files'] as PhotoProblem[]).includes(photo.problem);
}

/** Whether it may leave the list: a photo that is on its way stays, since leaving the list would not stop it. */
export function canTakeOff(photo: Photo): boolean {
  return !['checking', 'sending', 'looking', 'in_line', 'working'].includes(photo.phase);
}

/** The tasks the page still wants to hear of. */
export function unfinishedTaskIds(state: PageState): string[] {
  return state.photos.flatMap((photo) =>
    photo.taskId !== null && ['looking', 'in_line', 'working'].includes(photo.phase) ? [photo.taskId] : [],
  );
}

/** How many photos are on the list, finished well, and finished badly. */
export function countPhotos(state: PageState): {
  total: number;
  done: number;
  failed: number;
  unsent: number;
} {
  const count = (...phases: Phase[]) => state.photos.filter((photo) => phases.includes(photo.phase)).length;
  return {
    total: state.photos.length,
    done: count('done'),
    failed: count('failed', 'refused', 'stopped', 'expired', 'gone'),
    unsent: count('checking', 'waiting_to_send', 'sending'),
  };
}

function change(
  state: PageState,
  wanted: (photo: Photo) => boolean,
  next: (photo: Photo) => Photo,
): PageState {
  let changed = false;
  const photos = state.photos.map((photo) => {
    if (!wanted(photo)) return photo;
    const after = next(photo);
    changed ||= after !== photo;
    return after;
  });
  return changed ? { ...state, photos } : state;
}

const byKey = (key: string) => (photo: Photo) => photo.key === key;
const byTask = (taskId: string) => (photo: Photo) => photo.taskId === taskId;

function withTask(photo: Photo, task: TaskView): Photo {
  // A slow HTTP read beside a fast socket cannot turn the page back.
  if (photo.task?.id === task.id && task.seq < photo.task.seq) return photo;
  return { ...photo, taskId: task.id, task, phase: PHASES[task.status], failure: task.error?.code ?? null };
}

/** What is told of a place says nothing of a photo that has left the line meanwhile. */
function moveInLine(state: PageState, place: LivePlace): PageState {
  return change(state, byTask(place.id), (photo) =>
    photo.task?.status === 'queued' ? { ...photo, task: { ...photo.task, ...place } } : photo,
  );
}

const PHASES: Record<TaskState, Phase> = {
  queued: 'in_line',
  running: 'working',
  succeeded: 'done',
  failed: 'failed',
  cancelled: 'stopped',
  expired: 'expired',
};
