import type { Logger } from '@app/runtime';
import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
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
    const token = this.env.operatorKey ?? (await this.kept());
    if (token !== undefined) await this.operator.put(hashToken(token));
    else if (await this.operator.exists()) {
      this.logger.info('the key of the operator is with another instance; OPERATOR_KEY would replace it');
    } else await this.make();
  }

  private get path(): string {
    return join(this.env.dataDir, FILE);
  }

  private async kept(): Promise<string | undefined> {
    try {
      const token = (await readFile(this.path, 'utf8')).trim();
      if (tokenKind(token) === 'key') return token;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    throw new Error(`${this.path} holds no key. Remove it, or set OPERATOR_KEY.`);
  }

  /** The file is whole before its key is one: a key that nobody could read would lock everybody out. */
  private async make(): Promise<void> {
    const token = newToken('key');
    const written = `${this.path}.${process.pid}`;
    await mkdir(this.env.dataDir, { recursive: true });
    await writeFile(written, `${token}\n`, { mode: 0o600 });
    try {
      await link(written, this.path);
      this.logger.info({ path: this.path }, 'the key of the operator has been written');
    } catch (error) {
      // Another instance with the same data folder was faster; its key is the one.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(written);
    }
    await this.operator.put(hashToken((await this.kept()) ?? token));
  }
}
