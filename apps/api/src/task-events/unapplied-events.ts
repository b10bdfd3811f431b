import type { StateEvent } from '@app/messaging';
import { Injectable } from '@nestjs/common';
import { ErasureService } from '../erasure/erasure.service.js';
import { TakeBack } from '../line/take-back.js';

/** What follows from an event of a worker that changed nothing in the store. */
@Injectable()
export class UnappliedEvents {
  constructor(
    private readonly erasure: ErasureService,
    private readonly takeBack: TakeBack,
  ) {}

  async heard(event: StateEvent): Promise<void> {
    // Its waiting limit has moved on since the message was published, which is gone.
    if (event.kind === 'expired') await this.takeBack.take(event.taskId);
    // A worker may have stored a picture of a task that was erased meanwhile.
    await this.erasure.late(event);
  }
}
