import { TaskFailure } from '@app/contracts';
import { finishResult, ResultError, type FinishedResult, type ResultExpectation } from '@app/imaging';
import { Injectable } from '@nestjs/common';

/** What a result is measured by. */
export interface ResultRequest {
  /** The picture that the engine got. */
  canonical: Buffer;
  /** What the task type promises. */
  expect: ResultExpectation;
}

/** Judges what an engine made of a photo, and makes of it what is stored. */
@Injectable()
export class Results {
  /**
   * The picture as it is stored: 8-bit RGB PNG, nothing in it but its pixels.
   * @throws TaskFailure with `bad_output` and a sentence that says what is wrong with it.
   */
  async finish(picture: Buffer, { canonical, expect }: ResultRequest): Promise<FinishedResult> {
    try {
      return await finishResult(picture, canonical, expect);
    } catch (error) {
      if (error instanceof ResultError) throw new TaskFailure('bad_output', error.message, { cause: error });
      throw error;
    }
  }
}
