import { Inject, Injectable } from '@nestjs/common';
import { statfs } from 'node:fs/promises';
import { Gauge, register } from 'prom-client';
import type { ApiEnv } from '../env.js';
import { API_ENV } from '../env.token.js';

/** How much room there is where the photos lie, looked at when Prometheus scrapes. */
@Injectable()
export class StorageMetrics {
  constructor(@Inject(API_ENV) { dataDir }: ApiEnv) {
    const size = new Gauge({
      name: 'photo_repair_storage_size_bytes',
      help: 'Size of the file system with the photos (DATA_DIR).',
      registers: [register],
    });
    const free: Gauge = new Gauge({
      name: 'photo_repair_storage_free_bytes',
      help: 'What is free of it for this program. NaN where it cannot be looked at.',
      registers: [register],
      async collect() {
        // A scrape has to get the other metrics also where the folder is away; /readyz says why.
        const found = await statfs(dataDir).catch(() => undefined);
        free.set(found ? found.bavail * found.bsize : Number.NaN);
        size.set(found ? found.blocks * found.bsize : Number.NaN);
      },
    });
  }
}
