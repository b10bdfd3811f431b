import { waitingIn } from '../check/check-line.js';
import { checkErased } from '../check/check-files.js';
import type {
  Observation,
  ParkedMessage,
  QueueReading,
  StateEvent,
  StoredStep,
  StoredTask,
} from '../check/observation.js';
import type { Violation } from '../check/violation.js';
import type { Outsider, OutsiderView } from '../clients/outsider.js';
import type { History } from '../clients/history.js';
import { AUTHORIZATION } from '../clients/operator-key.js';
import { figuresOf } from './api-figures.js';
import type { AppProcess } from './app-process.js';
import type { WatchedStore } from './artifact-files.js';
import type { FaultBroker } from './fault-broker.js';
import type { StateWatch } from './state-watch.js';
import type { TaskTable } from './task-table.js';
import type { Witness } from './witness.js';

const PARKING = 'photo_repair.parking';

/** What can be asked past the protocol of all engines that a system may use. */
export interface WatchedEngine {
  pictures(): Promise<string[]>;
  runs(): ReadonlyMap<number, number>;
}

export interface InspectedPlaces {
  broker: FaultBroker;
  /** The system's own first. */
  vhosts: readonly string[];
  table: TaskTable;
  watch: StateWatch;
  witness: Witness;
  files: WatchedStore;
  engine: WatchedEngine;
  history: History;
  apis: readonly AppProcess[];
  /** Programs of other systems; some may come later. */
  outsiders: readonly Outsider[];
}

/** Looks into every place of a system, past the system's own programs. */
export class Inspector {
  constructor(private readonly places: InspectedPlaces) {}

  /** Waiting tasks that the broker has not got for sure. */
  notSent(): Promise<number> {
    return this.places.table.notSent();
  }

  /** Outcomes that are still to be delivered. */
  notDelivered(): Promise<number> {
    return this.places.table.notDelivered();
  }

  /** What the store has. */
  tasks(): Promise<StoredTask[]> {
    return this.places.table.tasks();
  }

  /** The log of every task. */
  steps(): Promise<StoredStep[]> {
    return this.places.table.steps();
  }

  /** Messages of a queue, also those in a worker's hand, by figures that may be a moment old. */
  async inBroker(queue: string): Promise<number> {
    const found = (await this.queues()).find((each) => each.queue === queue);
    return found ? found.ready + found.unacked : 0;
  }

  /** The state events so far. */
  told(): Promise<readonly StateEvent[]> {
    return this.places.witness.events();
  }

  /** Files of ours that are of use only while something is under way. */
  temporary(): Promise<string[]> {
    return this.places.files.temporary();
  }

  /** What lies in the parking queue. */
  parked(): Promise<ParkedMessage[]> {
    return this.places.witness.parked();
  }

  /** Whether all tasks are at their end and nothing is on its way, by figures that may be a moment old. */
  async isQuiet(): Promise<boolean> {
    const { watch, table, outsiders } = this.places;
    try {
      if (!(await watch.look()) || (await this.notSent()) > 0 || (await table.notDelivered()) > 0)
        return false;
      const views = await Promise.all(outsiders.map((outsider) => outsider.look()));
      if (!views.every(isAnswered)) return false;
      const queues = [...(await this.queues()), ...views.flatMap(({ queues }) => queues)];
      return queues.every(({ queue, ready, unacked }) => !isOnTheWay(queue) || ready + unacked === 0);
    } catch (error) {
      // The broker is away, which is no quiet.
      if (error instanceof TypeError) return false;
      throw error;
    }
  }

  /** Whether each API believes that so many wait as the store says. */
  async doLinesAgree(): Promise<boolean> {
    const tasks = await this.tasks();
    const inLine = await Promise.all(this.places.apis.map(waitingInLine));
    return inLine.every(({ waiting }) => waiting === waitingIn(tasks));
  }

  /** What is left of tasks that were erased. */
  async notErased(): Promise<Violation[]> {
    const { table, files, engine, history } = this.places;
    const { submissions } = history;
    return checkErased({
      submissions,
      tasks: await table.tasks(),
      files: await files.all(),
      enginePictures: await engine.pictures(),
    });
  }

  async observe(): Promise<Observation> {
    const { table, watch, files, engine, history, outsiders } = this.places;
    await watch.look();
    const queues = await this.queues();
    const views = await Promise.all(outsiders.map((outsider) => outsider.look()));
    return {
      submissions: history.submissions,
      tasks: await this.tasks(),
      steps: await table.steps(),
      albums: await table.albums(),
      notSent: await this.notSent(),
      inLine: await Promise.all(this.places.apis.map(waitingInLine)),
      figures: await Promise.all(this.places.apis.map(figuresOf)),
      idleWaits: watch.idle,
      files: await files.all(),
      enginePictures: await engine.pictures(),
      queues: [...queues, ...views.flatMap((view) => view.queues)].filter(({ queue }) => isOnTheWay(queue)),
      questions: views.flatMap(({ questions }) => questions),
      answers: views.flatMap(({ answers }) => answers),
      outputs: views.flatMap(({ outputs }) => outputs),
      notDelivered: await table.notDelivered(),
      temporary: [...(await files.temporary()), ...views.flatMap(({ temporary }) => temporary)],
      parked: await this.parked(),
      originals: await files.originals(),
      results: await files.results(),
      events: await this.told(),
      sightings: watch.sightings,
      engineRuns: engine.runs(),
    };
  }

  private async queues(): Promise<QueueReading[]> {
    const { broker, vhosts } = this.places;
    return (await Promise.all(vhosts.map((vhost) => broker.readQueues(vhost)))).flat();
  }

  async close(): Promise<void> {
    await this.places.watch.stop();
    await this.places.table.close();
  }
}

/** Whether it has heard at least once, in every place, of all that it handed in. */
function isAnswered({ questions, answers }: OutsiderView): boolean {
  const taken = answers.filter(({ isTaken }) => isTaken);
  const heard = new Set(taken.map(({ key, by }) => `${key} ${by}`));
  return questions.every(({ key, told }) => told.every((by) => heard.has(`${key} ${by}`)));
}

/** What an API believes to wait, of all types. */
async function waitingInLine({ name, url }: AppProcess): Promise<{ api: string; waiting: number }> {
  const answer = await fetch(`${url}/metrics`, { headers: AUTHORIZATION });
  if (!answer.ok) throw new Error(`The metrics of ${name} were answered with ${answer.status}.`);
  const lines = (await answer.text()).matchAll(/^photo_repair_line_waiting\{.*\} (\d+)$/gm);
  const counts = [...lines].map(([, count]) => Number(count));
  if (counts.length === 0) throw new Error(`${name} does not say how many wait.`);
  return { api: name, waiting: counts.reduce((sum, count) => sum + count, 0) };
}

/** Whether what lies in a queue still has a way to go. The parking queue is an end, and `faults.` are the tests' own. */
function isOnTheWay(queue: string): boolean {
  return queue !== PARKING && !queue.startsWith('faults.');
}
