/** What a driver did with a number of photos. */
export interface Driven {
  /** Photos whose result came back byte for byte. */
  succeeded: number;
  failed: number;
  /** What the driver's process used of the processor, in milliseconds. */
  cpuMs: number;
}

/** Somebody who has engines work on photos: upload, prompt, download, each photo once. */
export interface Driver {
  readonly name: string;
  /** Works through so many photos with engines at these addresses; opens and closes its connections. */
  readonly drive: (urls: readonly string[], photos: number) => Promise<Driven>;
}
