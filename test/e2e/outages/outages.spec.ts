import type { CauseView, OperatorDeliveryView, TaskTypeView, TaskView } from '@app/contracts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { operator as english } from '../../../apps/web/src/words/en/operator.js';
import { AUTHORIZATION } from '../../faults/clients/operator-key.js';
import { alertsProvenBy } from '../../faults/monitoring/alert-proofs.js';
import { launchChromium } from '../visitor.js';
import { documentedOutages, runbookChapter } from './documented-outages.js';
import { NightWatch } from './night-watch.js';
import { OutageSystem, TASK_TYPE } from './outage-system.js';
import { OUTAGES, RECEIVER_DOWN, type Outage } from './outages.js';

/** Longer than a look takes where the database answers after 1.4 s. */
const SOON = { timeout: 60_000, interval: 200 };
const ALL = [...OUTAGES, RECEIVER_DOWN];
const ROWS = documentedOutages();

const rowOf = ({ name }: Outage) => ROWS.find(({ outage }) => outage === name)!;

/** A sentence of the page as the documents have it. */
function inGeneral({ code, subject }: Pick<CauseView, 'code' | 'subject'>): string {
  const reasons: Partial<Record<string, { what: string }>> = english.reason;
  return english.cause[code].what
    .replace('{{reason}}', reasons[subject ?? '']?.what ?? '')
    .replaceAll(/\{\{\w+\}\}/g, '…');
}

describe('what docs/OPERATING.md says of outages', () => {
  it('is of those that are tried here, and proves the alerts that are said to be proven by them', () => {
    expect(ROWS.map(({ outage }) => outage)).toEqual(ALL.map(({ name }) => name));
    const named = new Set(ROWS.flatMap(({ alerts }) => alerts));
    expect(alertsProvenBy('outages').filter((alert) => !named.has(alert))).toEqual([]);
  });

  it.each(ROWS)('$outage: has chapters that lead to steps', ({ chapters }) => {
    expect(chapters.length).toBeGreaterThan(0);
    for (const chapter of chapters) expect(runbookChapter(chapter)).toMatch(/^(1\.|-|\|) /m);
    // The first one leads to the next.
    for (const next of chapters.slice(1)) expect(runbookChapter(chapters[0]!)).toContain(`\`${next}\``);
  });
});

describe('a new operator is told of it when', () => {
  let system: OutageSystem;
  let browser: Browser;
  let watch: NightWatch;
  let toldLater: string;

  beforeAll(async () => {
    [system, browser] = await Promise.all([OutageSystem.start(), launchChromium()]);
    const answer = await fetch(`${system.api.url}/v1/task-types`);
    const { items } = (await answer.json()) as { items: TaskTypeView[] };
    const { title } = items.find(({ type }) => type === TASK_TYPE)!;
    watch = await NightWatch.begin(browser, system.api.url, title);
    await system.prometheus.untilOver(...ROWS.flatMap(({ alerts }) => alerts));
    toldLater = (await RECEIVER_DOWN.harm(system))!;
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
  });

  const causes = async (): Promise<CauseView[]> => (await system.overview()).causes;

  /** The cause stands first, the page says it, and the alerts fire; all three lead to the chapter that is documented. */
  async function isTold(outage: Outage): Promise<void> {
    const { says, alerts, chapters } = rowOf(outage);
    const { code } = outage.cause;
    const subject = outage.cause.subject(system);
    const [cause] = await vi.waitFor(async () => {
      const all = await causes();
      expect(all[0]).toMatchObject({ code, subject });
      return all;
    }, SOON);
    expect(cause!.runbook).toBe(chapters[0]!.toLowerCase());
    expect(inGeneral(cause!)).toBe(says);
    expect(await watch.follows(cause!)).toBe(chapters[0]);
    await system.prometheus.untilFiring(...alerts);
    const addresses = (await system.prometheus.server.alerts())
      .filter(({ labels }) => alerts.includes(labels['alertname']!))
      .map(({ annotations }) => annotations['runbook']);
    for (const chapter of chapters) expect(addresses).toContain(`docs/RUNBOOK.md#${chapter.toLowerCase()}`);
  }

  /** The cause goes. Gives what becomes of the photo that it held up, or of one that is sent again. */
  async function mend(outage: Outage, photo: string | null): Promise<TaskView['status']> {
    await outage.mend(system);
    await vi.waitFor(async () => {
      const all = await causes();
      expect(all.filter(({ code }) => code === outage.cause.code)).toEqual([]);
    }, SOON);
    await watch.isCalm({ code: outage.cause.code, subject: outage.cause.subject(system) });
    return system.end(photo ?? (await system.accepted()));
  }

  it.each(OUTAGES)('$name', async (outage) => {
    // What fires of the outage before would prove nothing of this one.
    await system.prometheus.untilOver(...rowOf(outage).alerts);
    const photo = await outage.harm(system);
    await isTold(outage);
    expect(await mend(outage, photo)).toBe('succeeded');
  });

  // Nobody is let in then, so that no overview can name it; whoever looks already is told all the same.
  it('the database is gone', async () => {
    await system.prometheus.untilOver('DatabaseSlow');
    const photo = await system.accepted();
    system.database.refuse();
    await watch.isTold(english.frame.database_away);
    expect(await system.send()).toEqual({ refused: 'database_unavailable' });
    await system.prometheus.untilFiring('DatabaseSlow');
    system.database.pass();
    await watch.isToldNoMore(english.frame.database_away);
    expect(await system.end(photo)).toBe('succeeded');
  });

  it('a receiver of webhooks is down, all the time', async () => {
    await isTold(RECEIVER_DOWN);
    expect(await mend(RECEIVER_DOWN, toldLater)).toBe('succeeded');
    const answer = await fetch(`${system.api.url}/v1/deliveries`, { headers: AUTHORIZATION });
    const { items } = (await answer.json()) as { items: OperatorDeliveryView[] };
    expect(items).toMatchObject([{ task_id: toldLater, state: 'delivered' }]);
  });
});
