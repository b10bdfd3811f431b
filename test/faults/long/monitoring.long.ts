import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppProcess } from '../../support/app-process.js';
import { FakeComfy, gpu } from '../../support/fake-comfyui.js';
import { WebhookSink } from '../clients/webhook-sink.js';
import { alertsProvenBy } from '../monitoring/alert-proofs.js';
import { breakStorage, sendOnce, unbindWork } from '../monitoring/harm.js';
import { WatchingPrometheus } from '../monitoring/watching-prometheus.js';
import { withFaultSystem } from '../system/with-fault-system.js';

/** Of the system's own workers, and of two further ones. */
const [TYPE, OTHER_TYPE] = ['person', 'building'];
/** Longer than any photo may take by rules in which a minute is a second. */
const HELD_MS = 45_000;
/** So slow that photos which have waited are begun for longer than the rule looks back. */
const SLOW_MS = 300;
/** More than the 100 of the rule. */
const MANY = 140;

/** Faults of all kinds, by the rules that are shipped with every time in them divided by 60. */
describe('the right alert fires, and is over when all is mended:', () => {
  let sink: WebhookSink;
  beforeAll(async () => void (sink = await WebhookSink.start()));
  afterAll(() => sink.stop());
  const given = withFaultSystem({
    scenario: 'monitoring-long',
    proxied: true,
    workerSettings: { TASK_TYPES: TYPE },
    apiSettings: () => ({
      WEBHOOK_HOSTS: sink.host,
      WEBHOOK_ALLOW_HTTP: 'true',
      WEBHOOK_RETRY_DELAYS: Array.from({ length: 120 }, () => '1s').join(','),
      OUTBOUND_PRIVATE_ADDRESSES: '127.0.0.1',
    }),
  });
  const proven: string[] = [];
  const moreWorkers: AppProcess[] = [];
  const fakes: FakeComfy[] = [];
  let watching: WatchingPrometheus;

  const prove = async (...alerts: string[]) => {
    await watching.untilFiring(...alerts);
    proven.push(...alerts);
    return alerts;
  };
  /** A worker with an engine that does what it is told. */
  const addWorker = async (name: string): Promise<FakeComfy> => {
    const { system } = given;
    const fake = await FakeComfy.start();
    fakes.push(fake);
    moreWorkers.push(
      await AppProcess.start('worker', {
        AMQP_URL: system.brokerUrl,
        COMFYUI_URLS: fake.url,
        DATA_DIR: system.dataDir,
        TASK_TYPES: OTHER_TYPE,
        WORKER_NAME: name,
        NVIDIA_SMI: 'off',
        ENGINE_WARM_UP: 'false',
        RETRY_DELAYS: '200ms,500ms',
      }),
    );
    return fake;
  };
  /** New photos again and again, until that has ended. */
  const meanwhile = async (act: () => Promise<unknown>, ends: Promise<unknown>): Promise<void> => {
    const over = new AbortController();
    const ended = ends.finally(() => over.abort());
    // It is awaited below.
    ended.catch(() => undefined);
    while (!over.signal.aborted) await act();
    await ended;
  };

  beforeAll(async () => {
    const full = await addWorker('full');
    full.device = gpu({ heldByOthers: 0.95 });
    const sick = await addWorker('sick');
    // It answers small questions as ComfyUI does, and a photo with a page.
    sick.intercept = ({ path }) =>
      path.includes('/upload') ? { status: 200, body: '<html>Welcome</html>' } : undefined;
    watching = await WatchingPrometheus.of(given.system, given.broker, {
      moreWorkers: moreWorkers.map(({ url }) => url),
    });
  });
  afterAll(async () => {
    await watching?.server.remove();
    await Promise.all(moreWorkers.map((worker) => worker.end('SIGKILL')));
    await Promise.all(fakes.map((fake) => fake.close()));
  });

  it('a GPU that others hold, an engine that refuses every photo, photos that fail, a receiver that is ill', async () => {
    const { system } = given;
    system.engine.colouriser.script = (photo) => (photo % 2 === 0 ? { failure: 'error' } : {});
    await sink.become('failing');
    const told = await system.photos.takeMany(2);
    for (const photo of told) expect(await sendOnce(system, photo, { callbackUrl: sink.url })).toBe(202);
    const refused = await system.photos.takeMany(4);
    for (const photo of refused) expect(await sendOnce(system, photo, { taskType: OTHER_TYPE })).toBe(202);
    await meanwhile(
      () => system.submit(4, { pauseMs: 200, taskType: TYPE }),
      prove('GpuMemoryFull', 'EngineCircuitOpen', 'FailureRatio', 'RetryStorm', 'ParkedMessages'),
    );
    await prove('DeliveriesFailing');
    await sink.become('well');
  });

  it('engines that hang while many photos come, and photos that waited for long', async () => {
    const { system } = given;
    let isHeld = true;
    system.engine.colouriser.script = () => ({ afterMs: isHeld ? HELD_MS : SLOW_MS });
    await Promise.all([system.submit(MANY, { pauseMs: 100, taskType: TYPE }), prove('QueueBacklog')]);
    await prove('Stalled', 'EngineStuck');
    isHeld = false;
    expect(await prove('WaitTooLong')).toEqual(['WaitTooLong']);
    system.engine.colouriser.script = () => ({});
  });

  it('RabbitMQ without memory, without a binding, silent, and gone', async () => {
    const { system, broker } = given;
    await broker.raiseAlarm('memory');
    try {
      await meanwhile(() => system.submit(1, { pauseMs: 200, taskType: TYPE }), prove('BrokerBlocked'));
    } finally {
      await broker.endAlarms();
    }
    await watching.untilOver('BrokerBlocked');
    await unbindWork(system, TYPE);
    await system.submit(1, { taskType: TYPE });
    expect(await prove('Unroutable')).toEqual(['Unroutable']);
    const line = system.programs.lines.get('api-1-broker');
    line.blackHole();
    await system.submit(1, { taskType: TYPE });
    await prove('OutboxStuck');
    line.pass();
    await broker.kill();
    await prove('BrokerDown', 'BrokerMetricsMissing');
    await broker.restart();
    await watching.untilOver('BrokerDown', 'OutboxStuck', 'BrokerMetricsMissing');
  });

  it('a storage that takes no photo', async () => {
    const { system } = given;
    const photo = await system.photos.take();
    const mend = await breakStorage(system);
    try {
      await meanwhile(async () => {
        expect(await sendOnce(system, photo)).toBeGreaterThanOrEqual(500);
      }, prove('ApiErrors'));
    } finally {
      await mend();
    }
  });

  it('and that was every one that is to be proven here', async () => {
    expect(proven.toSorted()).toEqual(alertsProvenBy('long'));
    // The two further workers stay as they are, and so do the photos that wait for them.
    const theirs = ['GpuMemoryFull', 'EngineCircuitOpen', 'Stalled'];
    const mended = proven.filter((alert) => !theirs.includes(alert));
    await watching.untilOver(...mended);
  });
});
