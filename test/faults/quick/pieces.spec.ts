import type { AlbumView } from '@app/contracts';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { wrongs } from '../check/check.js';
import { bearer, OPERATOR_KEY } from '../clients/operator-key.js';
import { postUntilDone } from '../clients/patient-request.js';
import { PiecewiseClient } from '../clients/piecewise-client.js';
import { CRASH_POINTS } from '../preload/crash-points.mjs';
import { withFaultSystem } from '../system/with-fault-system.js';

const RECOVERY_MS = 90_000;
const POINTS = CRASH_POINTS.filter(({ load }) => load === 'comes in pieces');

/** One system that dies at every point at which a photo that comes in pieces is written or claimed. */
describe('a photo that comes in pieces', () => {
  const given = withFaultSystem({ scenario: 'pieces', crashable: true, workers: 1 });
  let client: PiecewiseClient;

  beforeAll(async () => {
    const { system } = given;
    const [url] = await system.programs.clientUrls();
    const title = { title: 'in pieces' };
    const album = await postUntilDone<AlbumView>(`${url}/v1/albums`, bearer(OPERATOR_KEY), title);
    client = new PiecewiseClient([url!], album.urls.tasks, system.history);
  });

  it('is one task, whenever the API dies', async () => {
    const { system } = given;
    for (const { name } of POINTS) {
      system.programs.arm(name);
      await client.submit(await system.photos.take());
      await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), { timeout: 15_000 });
    }
    // Each death may leave an upload that nobody was told of, or a copy and its small picture.
    const report = await system.verdict(RECOVERY_MS, {
      mostCutShort: 2 * POINTS.length,
      mostEngineRuns: 4,
      faultsEndedAt: Date.now(),
    });
    expect(wrongs(report)).toEqual([]);
    expect([report.tasks, system.programs.deaths]).toEqual([POINTS.length, POINTS.length]);
  });
});
