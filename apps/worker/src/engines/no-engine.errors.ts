import { TaskFailure } from '@app/contracts';

/** No engine had a place for the whole of `ENGINE_WAIT`: nothing was tried with the photo in this run. */
export class NoEngineAnswers extends TaskFailure {
  /** @param why as a phrase. */
  constructor(waitedMs: number, why: string) {
    super('engine_unreachable', `No engine had a place for ${Math.round(waitedMs / 1000)} s: ${why}.`);
  }
}
