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
      useFactory: ({ dataDir }: ApiEnv) => new Cursors(readCursorKey(dataDir)),
    },
  ],
  exports: [Cursors],
})
export class PagingModule {}
