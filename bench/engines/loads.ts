/** What a prompt takes, and how many photos a round has, so that it lasts some seconds. */
export interface Load {
  promptMs: number;
  photos: number;
}

const LOADS: readonly Load[] = [
  { promptMs: 30, photos: 100 },
  { promptMs: 200, photos: 30 },
  { promptMs: 1_000, photos: 10 },
];

/** All of them, or the one whose prompts take so long. */
export function loadsOf(promptMs: string | undefined): readonly Load[] {
  const loads = LOADS.filter((load) => promptMs === undefined || load.promptMs === Number(promptMs));
  if (loads.length > 0) return loads;
  throw new Error(`--prompt takes one of ${LOADS.map((load) => load.promptMs).join(', ')}.`);
}
