/** What became of the files that somebody gave us. */
export interface AddReport {
  /** Photos that are being looked at; they are in `useUploads` from here on. */
  readonly added: number;
  /** Names of files that are no photos; nothing is shown of them elsewhere. */
  readonly skipped: string[];
}

/** What the person knows of the files. */
export interface AddWish {
  /** They are to be sent although the album has the same photos already. */
  readonly isWantedTwice?: boolean;
}
