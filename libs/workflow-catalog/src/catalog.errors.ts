/** One thing that is wrong with a file of the workflow folder, in a plain sentence that says what to do. */
export interface CatalogProblem {
  /** The file's name in the folder; the folder itself when no file is to blame. */
  file: string;
  /** Where in the file, as a JSON pointer; empty for the whole file. */
  pointer: string;
  message: string;
}

/** The workflow folder cannot be used. Holds every problem of every file, not only the first. */
export class CatalogError extends Error {
  override readonly name = 'CatalogError';

  constructor(readonly problems: readonly CatalogProblem[]) {
    super(
      [
        `The workflow folder has ${problems.length} problem(s):`,
        ...problems.map(
          ({ file, pointer, message }) => `- ${file}${pointer && ` at ${pointer}`}: ${message}`,
        ),
      ].join('\n'),
    );
  }
}
