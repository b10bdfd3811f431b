import { Inject, Injectable } from '@nestjs/common';
import type { BridgeEnv } from '../env.js';
import { REFUSE_ENTRY, TELL, TELL_WITH_ORIGINAL } from '../redis/outcome-scripts.js';
import { RedisLinks } from '../redis/redis-links.js';
import { BRIDGE_ENV } from '../tokens.js';

/** About how many outcomes each stream keeps: about 50 MB of Redis' memory. */
const KEPT_ENTRIES = '100000';
/** An answer may come again as long as its task is kept: 30 days. */
const MARK_SECONDS = String(30 * 24 * 3600);

/** Names and values of a stream entry. */
export type Fields = Readonly<Record<string, string>>;

/** Why something ended without a result. */
export interface FailedEntry {
  entryId: string;
  code: string;
  message: string;
}

/**
 * Writes outcomes to the users' streams, each once however often it is asked for. Every method resolves once Redis has it,
 * and rejects where another try is needed; true when this call wrote it, false when it was there.
 */
@Injectable()
export class OutcomesStore {
  constructor(
    @Inject(BRIDGE_ENV) private readonly env: BridgeEnv,
    private readonly links: RedisLinks,
  ) {}

  /** The entry never becomes a task. It is acknowledged in the same step. */
  async refuseEntry({ entryId, code, message }: FailedEntry): Promise<boolean> {
    const { stream, failedStream, group } = this.env;
    return await this.run(
      REFUSE_ENTRY,
      [stream, failedStream],
      [group, entryId, KEPT_ENTRIES, ...flat({ entry_id: entryId, reason: code, error: message })],
    );
  }

  /** The task that an entry became ended without a result. @param mark the same for the same outcome. */
  async tellFailure(mark: string, { entryId, code, message }: FailedEntry, more: Fields): Promise<boolean> {
    const { stream, failedStream } = this.env;
    return await this.run(
      TELL_WITH_ORIGINAL,
      [stream, failedStream, this.markKey(mark)],
      [
        entryId,
        KEPT_ENTRIES,
        MARK_SECONDS,
        ...flat({ entry_id: entryId, reason: code, error: message, ...more }),
      ],
    );
  }

  /** @param mark the same for the same outcome. */
  async tellResult(mark: string, fields: Fields): Promise<boolean> {
    return await this.run(
      TELL,
      [this.env.resultsStream, this.markKey(mark)],
      [KEPT_ENTRIES, MARK_SECONDS, ...flat(fields)],
    );
  }

  /** Whether an outcome with this mark was told, so that its file need not be made once more. */
  async wasTold(mark: string): Promise<boolean> {
    return (await this.links.commands.run((client) => client.exists(this.markKey(mark)))) > 0;
  }

  private async run(script: string, keys: string[], args: string[]): Promise<boolean> {
    return (await this.links.commands.run((client) => client.eval(script, { keys, arguments: args }))) === 1;
  }

  private markKey(mark: string): string {
    return `${this.env.stream}:told:${mark}`;
  }
}

function flat(fields: Fields): string[] {
  return Object.entries(fields).flat();
}
