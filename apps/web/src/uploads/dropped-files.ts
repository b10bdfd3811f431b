import { isLeftover } from './leftover.js';

/** The files of a drop or a paste, with those inside dropped folders. Hidden files and system leftovers are left out. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // All entries are taken before the first await: afterwards the browser empties the transfer.
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  const files = entries.length === 0 ? [...transfer.files] : (await Promise.all(entries.map(filesOf))).flat();
  return files.filter(({ name }) => !isLeftover(name));
}

/** What cannot be read comes as an empty file, so that its name can be told. */
async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  try {
    return entry.isFile
      ? [await fileOf(entry as FileSystemFileEntry)]
      : await filesIn(entry as FileSystemDirectoryEntry);
  } catch {
    return [new File([], entry.name)];
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

async function filesIn(entry: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = entry.createReader();
  const files: File[] = [];
  // A reader gives a part at a time (Chromium: 100 entries) and an empty list at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) return files;
    files.push(...(await Promise.all(part.map(filesOf))).flat());
  }
}
