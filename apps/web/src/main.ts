import { LIVE_PATH, type TaskTypeView } from '@app/contracts';
import { openDeviceStore } from './device-store.js';
import { droppedFiles } from './dropped-files.js';
import { offeredTypes } from './offered-types.js';
import { beginSession, readOriginal, readTask, readTaskTypes } from './task-api.js';
import { recallPhotos, rememberPhotos } from './task-memory.js';
import { TaskSocket } from './task-socket.js';
import {
  canTryAgain,
  countPhotos,
  EMPTY_PAGE,
  reduce,
  unfinishedTaskIds,
  type PageAction,
  type Photo,
} from './task-state.js';
import { makeThumbnail } from './thumbnail.js';
import { UploadQueue } from './upload-queue.js';
import { checkPhoto, sendPhoto } from './upload.js';
import { Announcer } from './view/announcer.js';
import { otherLanguage, Page, type PageActions } from './view/page.js';
import { VisitorUpload } from './visitor-upload.js';
import { chooseLanguage } from './words.js';

const LANGUAGE_KEY = 'photo-repair.language';
const TYPES_RETRY_MS = 5000;

const store = openDeviceStore();
const announcer = new Announcer();
/** The files added on this visit, to send once more if the person asks for it. */
const files = new Map<string, File>();
/** Of photos that have no task yet: under its key a photo whose answer got lost may be sent again. */
const idempotencyKeys = new Map<string, string>();

let state = EMPTY_PAGE;
let language = chooseLanguage(store.getItem(LANGUAGE_KEY), navigator.languages);
let types: TaskTypeView[] | null = null;
let chosenType: string | null = null;

const visitor = new VisitorUpload({
  beginSession,
  send: sendPhoto,
  onNewVisitor: () => socket.reconnect(),
});

const uploads = new UploadQueue({
  send: visitor.send,
  onSending: (key, percent) => happen({ kind: 'sending', key, percent }),
  onAccepted: (key, task) => {
    idempotencyKeys.delete(key);
    happen({ kind: 'accepted', key, task });
  },
  onHeld: (key, problem) => happen({ kind: 'held', key, problem }),
  onRefused: (key, problem) => happen({ kind: 'refused', key, problem }),
});

const socket = new TaskSocket({
  openSocket: () => new WebSocket(new URL(LIVE_PATH, location.href.replace(/^http/, 'ws'))),
  readTasks,
  onTask: (task) => happen({ kind: 'task', task }),
  onPlaces: (places) => happen({ kind: 'places', places }),
  onProgress: (taskId, progress) => happen({ kind: 'progress', taskId, progress }),
  onGone: (taskId) => happen({ kind: 'gone', taskId }),
  onLink: (link) => {
    happen({ kind: 'link', link });
    if (link !== 'away') uploads.wake();
  },
});

const actions: PageActions = {
  canTryAgain,
  onAgain: (photo) => void sendAgain(photo),
  onChoose: (type) => (chosenType = type),
  onFiles: (added) => void addFiles(added),
  onLanguage: () => {
    language = otherLanguage(language);
    store.setItem(LANGUAGE_KEY, language);
    page = openPage();
    page.focusLanguage();
  },
  onRemove: ({ key }) => {
    uploads.remove(key);
    files.delete(key);
    idempotencyKeys.delete(key);
    happen({ kind: 'removed', key });
  },
};

let page = openPage();

function openPage(): Page {
  const opened = new Page(language, actions);
  opened.showTypes(types, chosenType);
  opened.show(state);
  document.querySelector('#page')?.replaceChildren(opened.root, announcer.root);
  return opened;
}

function happen(action: PageAction): void {
  const before = state;
  state = reduce(state, action);
  if (state === before) return;
  page.show(state);
  announcer.hear(state, language);
  socket.watch(unfinishedTaskIds(state));
  rememberPhotos(store, before.photos, state.photos);
}

async function addFiles(added: readonly File[]): Promise<void> {
  const type = chosenType;
  if (type === null || added.length === 0) return;
  const photos = added.map((file) => ({ key: crypto.randomUUID(), name: file.name, type, file }));
  happen({ kind: 'added', photos: photos.map(({ key, name }) => ({ key, name, type })) });
  page.revealNewest();
  // One by one: a phone has no memory for many opened photos at once.
  for (const { key, file } of photos) {
    const problem = await checkPhoto(file);
    if (problem !== null) {
      happen({ kind: 'refused', key, problem });
      continue;
    }
    files.set(key, file);
    const thumbnail = await makeThumbnail(file);
    if (thumbnail !== null) happen({ kind: 'thumbnail', key, thumbnail });
    queueUpload(key, file, type);
  }
}

async function sendAgain(photo: Photo): Promise<void> {
  const { key, type, task } = photo;
  try {
    const file = files.get(key) ?? (task && (await readOriginal(task)));
    if (file) queueUpload(key, file, type);
  } catch {
    happen({ kind: 'refused', key, problem: 'internal_error' });
  }
}

function queueUpload(key: string, file: File, type: string): void {
  // The person may have taken the photo off the list meanwhile.
  if (!state.photos.some((photo) => photo.key === key)) return;
  const idempotencyKey = idempotencyKeys.get(key) ?? crypto.randomUUID();
  idempotencyKeys.set(key, idempotencyKey);
  happen({ kind: 'ready_to_send', key });
  uploads.add({ key, file, type, idempotencyKey });
}

async function readTasks(taskIds: readonly string[]): Promise<boolean> {
  try {
    if (taskIds.length === 0) await readTaskTypes();
    for (const taskId of taskIds) {
      const task = await readTask(taskId);
      happen(task === null ? { kind: 'gone', taskId } : { kind: 'task', task });
    }
    return true;
  } catch {
    return false;
  }
}

async function loadTypes(): Promise<void> {
  try {
    types = await readTaskTypes();
    chosenType ??= offeredTypes(types)[0]?.type ?? null;
    page = openPage();
  } catch {
    setTimeout(() => void loadTypes(), TYPES_RETRY_MS);
  }
}

function wake(): void {
  if (document.visibilityState !== 'visible') return;
  socket.wake();
  uploads.wake();
}

function takeTransfer(event: Event, transfer: DataTransfer | null): void {
  if (transfer === null || !transfer.types.includes('Files')) return;
  event.preventDefault();
  void droppedFiles(transfer).then(addFiles);
}

window.addEventListener('online', wake);
document.addEventListener('visibilitychange', wake);
window.addEventListener('paste', (event) => takeTransfer(event, event.clipboardData));
// The whole page takes photos: one let go beside the field must not replace the page with the picture.
window.addEventListener('drop', (event) => {
  page.invite(false);
  takeTransfer(event, event.dataTransfer);
});
window.addEventListener('dragover', (event) => {
  if (!event.dataTransfer?.types.includes('Files')) return;
  event.preventDefault();
  page.invite(true);
});
window.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) page.invite(false);
});
window.addEventListener('beforeunload', (event) => {
  if (countPhotos(state).unsent > 0) event.preventDefault();
});

happen({ kind: 'remembered', photos: recallPhotos(store) });
void loadTypes();
socket.connect();
