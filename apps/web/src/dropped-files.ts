/** The files of a drop or a paste, with those inside dropped folders. Hidden files and system leftovers are left out. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // All entries are taken before the first await: afterwards the browser empties the transfer.
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  const files = entries.length === 0 ? [...transfer.files] : (await Promise.all(entries.map(filesOf))).flat();
  return files.filter((file) => !/^(\.|thumbs\.db$|desktop\.ini$)/i.test(file.name));
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [
      await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
    ];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
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
