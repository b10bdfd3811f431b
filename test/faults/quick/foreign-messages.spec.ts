import { beforeAll, describe, expect, it, vi } from 'vitest';
import { seedOfRun } from '../env.js';
import { judge } from '../nemesis/judge.js';
import { Nemesis } from '../nemesis/nemesis.js';
import { CRASH_POINTS } from '../preload/crash-points.mjs';
import { withOtherSystems } from '../system/with-other-systems.js';

const PHOTOS_OF_EACH = 75;
const COPIES = [1, 5] as const;
const API_KILLS = 3;
const AT_WORK_WITHIN_MS = 60_000;
/** A process that died just before has to be up again. */
const FIRED = { timeout: 30_000, interval: 25 };
/** Messages that one API instance takes in at the same time, of both virtual hosts. */
const IN_HAND = 48;
const MOST_CUT_SHORT = (API_KILLS + CRASH_POINTS.length) * IN_HAND;

/** Programs of other systems that publish the same task several times, in any order, to every entrance. */
describe('messages of other systems make one task each, and their senders hear how it ended', () => {
  const given = withOtherSystems(
    { publishers: true },
    { scenario: 'foreign-messages', intakeVhost: true, crashable: true, seed: seedOfRun() },
  );

  beforeAll(() => {
    // A host that has its bad moments.
    given.others.photoServer.script = (photo, request) =>
      request > 1 || photo % 20 > 1 ? 'whole' : photo % 20 === 0 ? 'busy' : 'cut off';
  });

  it('however often and wherever they come, while the API is killed', async () => {
    const { system, broker, others } = given;
    const nemesis = new Nemesis(system, broker, system.dice);
    const harm = async () => {
      for (let kill = 1; kill <= API_KILLS; kill++) {
        const stored = (others.publishers.length * PHOTOS_OF_EACH * kill) / (API_KILLS + 1);
        await nemesis.killInTheMiddle('api', () => system.untilStored(stored, AT_WORK_WITHIN_MS));
      }
    };
    const pace = () => (nemesis.counts.api_kills + 1) / API_KILLS;
    await Promise.all([others.publish(PHOTOS_OF_EACH, { copies: COPIES, pace }), harm()]);
    const messages = others.publishers.reduce((sum, { sent }) => sum + sent, 0);
    const expected = { mostEngineRuns: 8, mostCutShort: API_KILLS * IN_HAND };
    await system.untilQuiet(90_000);
    const cut_short = (await system.inspector.temporary()).length;
    const scenario = 'foreign messages';
    const trial = { scenario, nemesis, recoveryLimitS: 45, figures: { messages, cut_short }, expected };
    expect(await judge(system, trial)).toEqual([]);
  });

  it.each(CRASH_POINTS.filter(({ load }) => load === 'is published'))('$name', async ({ name }) => {
    const { system, others } = given;
    system.programs.arm(name);
    await others.publish(2, { copies: [2, 2] });
    await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), FIRED);
  });

  // The last one: it judges all that the deaths before it have left, too.
  it('or that they came to nothing, and why, even if the API dies over that', async () => {
    const { system, others } = given;
    const faultsEndedAt = Date.now();
    const [named, nobody] = others.publishers;
    const photo = others.photoServer.urlOf(system.photos.all.get(1)!);
    const task = (more: object) => ({ image_url: photo, workflow_type: 'person', ...more });
    const earlier = system.history.submissions.find(({ client }) => client === 'nobody')!;
    system.programs.arm('api: message parked, not acknowledged');
    await Promise.all([
      named!.bringBad([task({ user_id: 'somebody else' }), task({ image_key: 'originals/1.png' })]),
      nobody!.bringBad([
        'no object',
        task({ schema_version: 7 }),
        task({ workflow_type: 'no such type' }),
        task({ image_url: `${photo}.gone` }),
        task({ image_url: 'http://127.0.0.1:1/1.png' }),
        task({ task_id: earlier.key, client_ref: 'another one' }),
      ]),
    ]);
    await vi.waitFor(() => expect(system.programs.hasFired).toBe(true), FIRED);
    const expectedParked = [...named!.badIds, ...nobody!.badIds];
    const expected = { mostCutShort: MOST_CUT_SHORT, expectedParked, faultsEndedAt };
    expect(await judge(system, { scenario: 'bad messages', expected })).toEqual([]);
    const reasons = (await system.inspector.parked()).map(
      ({ messageId, reason }) => `${messageId} ${reason}`,
    );
    expect([...new Set(reasons)].toSorted()).toEqual([
      'named-bad-1 forbidden',
      'named-bad-2 not_found',
      'nobody-bad-1 malformed',
      'nobody-bad-2 unsupported_version',
      'nobody-bad-3 unknown_task_type',
      'nobody-bad-4 fetch_failed',
      'nobody-bad-5 url_not_allowed',
      'nobody-bad-6 id_conflict',
    ]);
  });
});
