import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { CRASH_POINTS } from '../preload/crash-points.mjs';
import { withOtherSystems } from '../system/with-other-systems.js';

const ENTRIES = 200;
const BRIDGE_KILLS = 4;
const API_KILLS = 3;
/** On a busy machine. */
const ALL_WITHIN_MS = 60_000;
/** A process that died just before has to be up again. */
const FIRED = { timeout: 30_000, interval: 25 };
/** Of each process that can be killed. */
const IN_HAND = 48;
const DEATHS = BRIDGE_KILLS + API_KILLS + CRASH_POINTS.length;

/** A program that adds its tasks to a stream in Redis, reads outcomes there, and finds results in a folder. */
describe('entries in Redis have one outcome each, and their results lie in the folder', () => {
  const given = withOtherSystems(
    { redis: true },
    { scenario: 'bridge-kills', crashable: true, seed: seedOfRun() },
  );

  it('while bridge and API are killed, and Redis once', async () => {
    const { system, broker, others } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    const { counts } = nemesis;
    let restarts = 0;
    const { redisUser } = others;
    const bringAndKill = async () => {
      for (let kill = 0; kill < BRIDGE_KILLS; kill++) {
        await system.bridges[0]!.untilLive();
        // With entries in hand, and with answers.
        const atWork = () =>
          kill % 2 === 0 ? redisUser.untilTaken(ALL_WITHIN_MS) : redisUser.untilTold(ALL_WITHIN_MS);
        await Promise.all([others.add(ENTRIES / BRIDGE_KILLS), nemesis.killInTheMiddle('bridge', atWork)]);
      }
    };
    const killApis = async () => {
      for (let kill = 1; kill <= API_KILLS; kill++) {
        const stored = (ENTRIES * kill) / (API_KILLS + 1);
        await nemesis.killInTheMiddle('api', () => system.untilStored(stored, ALL_WITHIN_MS));
      }
    };
    const restartRedis = async () => {
      await vi.waitFor(() => expect(counts.bridge_kills).toBeGreaterThan(1), { timeout: ALL_WITHIN_MS });
      await nemesis.during(redisUser.restartRedis());
      restarts++;
    };
    await Promise.all([bringAndKill(), killApis(), restartRedis()]);
    await system.untilQuiet(90_000);
    const cut_short = (await system.inspector.temporary()).length;
    const expected = { mostEngineRuns: 8, mostCutShort: DEATHS * IN_HAND };
    const figures = { redis_kills: restarts, cut_short };
    const trial = { scenario: 'bridge killed', nemesis, recoveryLimitS: 60, figures, expected };
    expect(await judge(system, trial)).toEqual([]);
  });

  it.each(CRASH_POINTS.filter(({ load }) => load === 'is in Redis'))('$name', async ({ name }) => {
    const { system, others } = given;
    system.programs.arm(name);
    await others.add(2);
    await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), FIRED);
  });

  // The last one: it judges all that the deaths before it have left, too.
  it('also those that can be no tasks, even if the bridge dies over them', async () => {
    const { system, others } = given;
    const faultsEndedAt = Date.now();
    const user = others.redisUser;
    const noPicture = join(user.uploads, 'user1', 'no-picture.png');
    await writeFile(noPicture, 'not a picture');
    system.programs.arm('bridge: entry refused, the next one not begun');
    await user.bringBad([
      { image_path: '/etc/passwd', workflow_type: 'person', user_id: 'user1' },
      { image_path: join(user.uploads, 'user1', 'not-there.png'), workflow_type: 'person', user_id: 'user1' },
      { workflow_type: 'person', user_id: 'user1' },
      { image_path: noPicture, workflow_type: 'person', user_id: '../user1' },
      { image_path: noPicture, workflow_type: 'person', user_id: 'user1' },
    ]);
    await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), FIRED);
    await system.untilQuiet(90_000);
    const parked = await system.inspector.parked();
    // What the bridge could not tell from a photo, the API could.
    expect(parked.map(({ reason }) => reason)).toEqual(['unsupported_format']);
    const expectedParked = parked.map(({ messageId }) => messageId);
    const expected = { mostCutShort: DEATHS * IN_HAND, keptInInbox: 1, expectedParked, faultsEndedAt };
    expect(await judge(system, { scenario: 'bad entries', expected })).toEqual([]);
  });
});
