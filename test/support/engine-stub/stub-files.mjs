/** More than any test has under way; older files are forgotten, so that thousands of photos need no memory. */
const MOST_FILES = 400;

/** What the stub keeps of uploads and results, by folder and name. */
export class StubFiles {
  #files = new Map();

  /** Keeps bytes under this name, or, where another file has it, under the next free one. Gives the name. */
  add({ type, subfolder, name, overwrite }, bytes) {
    for (let copy = 0; ; copy++) {
      const free = copy === 0 ? name : name.replace(/(\.[^.]*)?$/, ` (${copy})$1`);
      const key = keyOf(type, subfolder, free);
      const there = this.#files.get(key);
      if (there && !overwrite && !there.equals(bytes)) continue;
      this.#files.delete(key);
      this.#files.set(key, bytes);
      if (this.#files.size > MOST_FILES) this.#files.delete(this.#files.keys().next().value);
      return free;
    }
  }

  get(type, subfolder, name) {
    return this.#files.get(keyOf(type, subfolder, name));
  }

  /** The upload that a LoadImage input names: `folder/name`. */
  input(image) {
    const parts = String(image).split('/');
    const name = parts.pop();
    return this.get('input', parts.join('/'), name);
  }
}

function keyOf(type, subfolder, name) {
  return `${type}:${subfolder}/${name}`;
}
