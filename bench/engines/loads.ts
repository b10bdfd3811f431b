/** What a prompt takes, and how many photos a round has, so that it lasts some seconds. */
export const LOADS = [
  { promptMs: 30, photos: 100 },
  { promptMs: 200, photos: 30 },
  { promptMs: 1_000, photos: 10 },
] as const;
