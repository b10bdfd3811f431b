import { setTimeout as sleep } from 'node:timers/promises';
import { AUTHORIZATION } from './operator-key.js';

const PAUSE_MS = 50;
const REQUEST_LIMIT_MS = 60_000;

/** Somebody who looks at a list again and again, never asks twice, and writes down each time that it was not answered. */
export class SteadyReader {
  answered = 0;
  readonly failures: string[] = [];
  private wanted = true;
  private readonly ended: Promise<void>;

  constructor(private readonly url: string) {
    this.ended = this.read();
  }

  async stop(): Promise<void> {
    this.wanted = false;
    await this.ended;
  }

  private async read(): Promise<void> {
    while (this.wanted) {
      try {
        const signal = AbortSignal.timeout(REQUEST_LIMIT_MS);
        const answer = await fetch(this.url, { headers: AUTHORIZATION, signal });
        await answer.arrayBuffer();
        if (answer.ok) this.answered++;
        else this.failures.push(`answered with ${answer.status}`);
      } catch (error) {
        this.failures.push(String(error));
      }
      await sleep(PAUSE_MS);
    }
  }
}
