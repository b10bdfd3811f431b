import { Global, Module } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { readCursorKey } from './cursor-key.js';
import { Cursors } from './cursors.js';

/** Lists that are read page by page. */
@Global()
@Module({
  providers: [
    {
      provide: Cursors,
      inject: [API_ENV],
      useFactory: (env: ApiEnv) => new Cursors(readCursorKey(env.dataDir, env.installationSecret)),
    },
  ],
  exports: [Cursors],
})
export class PagingModule {}
