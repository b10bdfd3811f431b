import { TaskFailure } from '@app/contracts';

/** No engine answered for the whole of `ENGINE_WAIT`: nothing was tried with the photo in this run. */
export class NoEngineAnswers extends TaskFailure {
  constructor(waitedMs: number) {
    super('engine_unreachable', `No engine answered for ${waitedMs / 1000} s.`);
  }
}
