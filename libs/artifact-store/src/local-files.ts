import { link, mkdir, open, opendir, readdir, rename, stat, unlink } from 'node:fs/promises';

/** The few file operations that the local store needs; tests put failing ones in their place. */
export interface LocalFiles {
  link: typeof link;
  mkdir: typeof mkdir;
  open: typeof open;
  opendir: typeof opendir;
  readdir: typeof readdir;
  rename: typeof rename;
  stat: typeof stat;
  unlink: typeof unlink;
}

export const nodeFiles: LocalFiles = { link, mkdir, open, opendir, readdir, rename, stat, unlink };
