import { setTimeout as delay } from 'node:timers/promises';
import { BrokerWatch } from '../broker/broker-watch.js';
import type { Broker } from '../broker/broker.js';
import { CliError } from '../cli-error.js';
import { complain, say, seconds } from '../terminal.js';
import type { ChildSpec } from './child-spec.js';
import { RepeatFilter } from './child-words.js';
import { ManagedChild } from './managed-child.js';
import { askReadiness, type Readiness } from './readiness.js';

const POLL_MS = 200;
const WAITING_LINE_EVERY_MS = 5000;
/** Starting takes 7 to 15 s; what is not ready after this has a reason that helps. */
const TELL_REASONS_AFTER_MS = 18_000;
/** A child that ends this often before it was ready once will not get ready: its settings or its data are wrong. */
const GIVE_UP_AFTER_CRASHES = 3;
const REPEAT_AFTER_MS = 60_000;

/** Starts broker and children together, waits for them, keeps them running, stops them in the right order. */
export class Supervisor {
  private readonly children: ManagedChild[];
  private readonly watch: BrokerWatch;
  private readonly repeats = new RepeatFilter(REPEAT_AFTER_MS);
  private phase: 'starting' | 'running' | 'stopping' = 'starting';

  constructor(
    specs: readonly ChildSpec[],
    private readonly broker: Broker,
    private readonly logDir: string,
  ) {
    this.children = specs.map((spec) => new ManagedChild(spec, logDir, this.listen(spec.name)));
    this.watch = new BrokerWatch(broker);
  }

  start(): void {
    for (const child of this.children) child.start();
  }

  /**
   * Resolves when the broker takes our login and every child says that it is ready.
   * @throws CliError when the broker or a child cannot start.
   */
  async waitUntilReady(signal: AbortSignal): Promise<void> {
    const startedAt = Date.now();
    const waiting = new Map<string, () => Promise<Readiness>>();
    let brokerError: unknown;
    let brokerReady = false;
    this.broker.ready().then(
      () => (brokerReady = true),
      (error: unknown) => (brokerError = error),
    );
    waiting.set('RabbitMQ', () => Promise.resolve({ ready: brokerReady, reasons: [] }));
    for (const child of this.children) waiting.set(child.spec.name, () => askReadiness(child));
    let nextLine = startedAt + WAITING_LINE_EVERY_MS;
    while (waiting.size > 0) {
      signal.throwIfAborted();
      if (brokerError) throw brokerError;
      for (const child of this.children) {
        if (child.crashes >= GIVE_UP_AFTER_CRASHES) throw new CliError(this.explainCrashes(child));
      }
      const answers = await Promise.all(
        [...waiting].map(async ([name, look]) => ({ name, ...(await look()) })),
      );
      for (const { name, ready } of answers) if (ready) waiting.delete(name);
      if (waiting.size > 0 && Date.now() > nextLine) {
        const waitedMs = Date.now() - startedAt;
        say(`  waiting for ${[...waiting.keys()].join(', ')} (${seconds(waitedMs)} s)`);
        if (waitedMs > TELL_REASONS_AFTER_MS) {
          for (const { name, reasons } of answers)
            for (const reason of reasons) say(`    ${name}: ${reason}`);
        }
        nextLine += WAITING_LINE_EVERY_MS;
      }
      await delay(POLL_MS);
    }
    this.phase = 'running';
    this.watch.start();
  }

  /** Children first (the engine after those that use it), each with its grace, then the broker, so that everything they still say arrives. */
  async stop(graceMs: number): Promise<void> {
    this.phase = 'stopping';
    this.watch.stop();
    for (const last of [false, true]) {
      const wave = this.children.filter(({ spec }) => spec.stopsLast === last);
      await Promise.all(wave.map((child) => child.stop(graceMs)));
    }
    await this.broker.stop();
  }

  /** Everything at once, for the second Ctrl-C. Tasks that run are redelivered at the next start. */
  async kill(): Promise<void> {
    this.phase = 'stopping';
    this.watch.stop();
    for (const child of this.children) child.kill();
    await this.broker.stop(true);
  }

  private listen(name: string) {
    return {
      said: ({ severity, text }: { severity: string; text: string }) => {
        // While everything starts at once, links that are not there yet are no news; the log has them.
        if (this.phase !== 'running' || !this.repeats.mayShow(`${name} ${text}`)) return;
        complain(`${name}  ${severity}: ${text}`);
      },
      crashed: (how: string, pauseMs: number) => {
        if (this.phase === 'stopping') return;
        complain(`${name} ended by itself (${how}); starting it again in ${seconds(pauseMs)} s.`);
      },
    };
  }

  private explainCrashes(child: ManagedChild): string {
    // One trouble is told once, in its shortest words, although each try logs it in several.
    const said = [...new Set(child.lastWords)];
    const words = said
      .filter((line) => !said.some((other) => other !== line && line.includes(other)))
      .map((line) => `  ${line}`);
    const log = `${this.logDir}/${child.spec.name}.log`;
    return [`${child.spec.name} cannot start:`, ...words, `Its log: ${log}`].join('\n');
  }
}
