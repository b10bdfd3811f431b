import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve, sep } from 'node:path';

// Loaded by a program before its own code: below the folder PRETENDED_DISK the disk is as the file beside it says ('full'
// or 'read-only'). It stands in for a real file system where this machine lets nobody mount one.

const folder = resolve(process.env.PRETENDED_DISK);
const { existsSync, readFileSync } = fs;
const WRITING = fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT;

function state() {
  const file = `${folder}.state`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function isOnIt(path) {
  const full = resolve(String(path));
  return full === folder || full.startsWith(folder + sep);
}

const writes = (flags = 'r') => (typeof flags === 'number' ? (flags & WRITING) !== 0 : /[wa+]/.test(flags));

/** By call: which of its arguments is the path that is changed, and whether that takes room. */
const CALLS = {
  open: { path: 0, takesRoom: true, isMeant: (args) => writes(args[1]) },
  writeFile: { path: 0, takesRoom: true },
  appendFile: { path: 0, takesRoom: true },
  copyFile: { path: 1, takesRoom: true },
  // One that is there already is none to be made.
  mkdir: { path: 0, takesRoom: true, isMeant: (args) => !existsSync(args[0]) },
  mkdtemp: { path: 0, takesRoom: true },
  link: { path: 1, takesRoom: true },
  rename: { path: 1, takesRoom: false },
  rm: { path: 0, takesRoom: false, isMeant: (args) => existsSync(args[0]) },
  rmdir: { path: 0, takesRoom: false },
  unlink: { path: 0, takesRoom: false },
  truncate: { path: 0, takesRoom: false },
};

function refusalOf(name, args) {
  const { path, takesRoom, isMeant = () => true } = CALLS[name];
  if (!isOnIt(args[path]) || !isMeant(args)) return null;
  const now = state();
  const code = now === 'read-only' ? 'EROFS' : now === 'full' && takesRoom ? 'ENOSPC' : null;
  if (code === null) return null;
  const errno = { EROFS: -30, ENOSPC: -28 }[code];
  const words = { EROFS: 'read-only file system', ENOSPC: 'no space left on device' }[code];
  const message = `${code}: ${words}, ${name} '${args[path]}'`;
  return Object.assign(new Error(message), { code, errno, syscall: name, path: args[path] });
}

function noRoom(found, path) {
  if (!isOnIt(path) || state() !== 'full') return found;
  const none = typeof found.bfree === 'bigint' ? 0n : 0;
  return Object.assign(found, { bfree: none, bavail: none });
}

for (const name of Object.keys(CALLS)) {
  const ofPromises = fs.promises[name];
  fs.promises[name] = async (...args) => {
    const refusal = refusalOf(name, args);
    if (refusal) throw refusal;
    return ofPromises(...args);
  };
  const withCallback = fs[name];
  fs[name] = (...args) => {
    const refusal = refusalOf(name, args);
    if (refusal) process.nextTick(args.at(-1), refusal);
    else withCallback(...args);
  };
  const sync = fs[`${name}Sync`];
  fs[`${name}Sync`] = (...args) => {
    const refusal = refusalOf(name, args);
    if (refusal) throw refusal;
    return sync(...args);
  };
}
const { statfs } = fs.promises;
fs.promises.statfs = async (path, options) => noRoom(await statfs(path, options), path);
syncBuiltinESMExports();
