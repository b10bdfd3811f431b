import { Global, Module } from '@nestjs/common';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';
import { PictureResponses } from '../tasks/picture-responses.js';
import { readDownloadKey } from './download-key.js';
import { DownloadTokens } from './download-tokens.js';
import { DownloadsController } from './downloads.controller.js';
import { PublicAddress } from './public-address.js';
import { ResultLinks } from './result-links.js';

/** Results for other systems, by signed links. */
@Global()
@Module({
  controllers: [DownloadsController],
  providers: [
    {
      provide: DownloadTokens,
      inject: [API_ENV],
      useFactory: (env: ApiEnv) => new DownloadTokens(readDownloadKey(env.dataDir, env.installationSecret)),
    },
    PictureResponses,
    PublicAddress,
    ResultLinks,
  ],
  exports: [ResultLinks],
})
export class DownloadsModule {}
