import { Injectable, type OnModuleInit } from '@nestjs/common';
import { LinesService } from '../line/lines.service.js';
import { LiveHub } from '../live/live-hub.js';
import { Pauses } from './pauses.js';

/** Tells pages at once that their photos are held up, or go on. */
@Injectable()
export class PauseNews implements OnModuleInit {
  constructor(
    private readonly pauses: Pauses,
    private readonly lines: LinesService,
    private readonly live: LiveHub,
  ) {}

  onModuleInit(): void {
    this.pauses.onChange(() => {
      for (const type of this.lines.types) this.live.moved(type);
    });
  }
}
