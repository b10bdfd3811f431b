import { keepOnce, type Logger } from '@app/runtime';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { LOGGER } from '../logger.token.js';
import { OperatorStore } from './operator.store.js';
import { hashToken, newToken, tokenKind } from './token.js';

/** In the data folder, readable by the user that runs the system only. */
const FILE = 'operator.key';

/** Sees to it that there is an API key of an operator, with which all others are made. */
@Injectable()
export class OperatorKey implements OnModuleInit {
  constructor(
    private readonly operator: OperatorStore,
    @Inject(API_ENV) private readonly env: ApiEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws Error where the data folder holds something else under the name of the key. */
  async onModuleInit(): Promise<void> {
    const token = this.env.operatorKey ?? this.kept();
    if (token !== undefined) await this.operator.put(hashToken(token));
    else if (await this.operator.exists()) {
      this.logger.info('the key of the operator is with another instance; OPERATOR_KEY would replace it');
    } else await this.make();
  }

  private get path(): string {
    return join(this.env.dataDir, FILE);
  }

  private kept(): string | undefined {
    return existsSync(this.path) ? this.read(readFileSync(this.path)) : undefined;
  }

  private read(content: Buffer): string {
    const token = content.toString('utf8').trim();
    if (tokenKind(token) === 'key') return token;
    throw new Error(`${this.path} holds no key. Remove it, or set OPERATOR_KEY.`);
  }

  /** The file is whole before its key is one: a key that nobody could read would lock everybody out. */
  private async make(): Promise<void> {
    const { content, isMade } = keepOnce(this.path, () => `${newToken('key')}\n`);
    if (isMade) this.logger.info({ path: this.path }, 'the key of the operator has been written');
    await this.operator.put(hashToken(this.read(content)));
  }
}
