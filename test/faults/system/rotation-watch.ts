import { workerStatusSchema } from '@app/contracts';
import { connect, type ChannelModel } from 'amqplib';

type Circuit = 'closed' | 'open' | 'half_open';

/** Hears what workers tell of their engines, and writes down each time that one leaves or enters the rotation. */
export class RotationWatch {
  /** By `worker engine`: what its circuit was, one after the other. */
  readonly circuits = new Map<string, Circuit[]>();

  private constructor(private readonly model: ChannelModel) {}

  /** @param url of the system's virtual host. It must not go away meanwhile. */
  static async start(url: string): Promise<RotationWatch> {
    const model = await connect(url, { clientProperties: { connection_name: 'faults rotation watch' } });
    const watch = new RotationWatch(model);
    const channel = await model.createChannel();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, 'photo_repair.events', 'worker.#');
    await channel.consume(queue, (message) => message && watch.hear(message.content), { noAck: true });
    return watch;
  }

  /** How often an engine was taken out of the rotation, over all workers and engines. */
  get timesOut(): number {
    return this.count('open');
  }

  /** Those that were out and are in again, in the eyes of every worker. */
  get allAreIn(): boolean {
    return [...this.circuits.values()].every((circuit) => circuit.at(-1) === 'closed');
  }

  async close(): Promise<void> {
    await this.model.close();
  }

  private count(state: Circuit): number {
    return [...this.circuits.values()].flat().filter((each) => each === state).length;
  }

  private hear(content: Buffer): void {
    const { data: status } = workerStatusSchema.safeParse(JSON.parse(content.toString('utf8')));
    for (const { address, circuit = 'closed' } of status?.engines ?? []) {
      const key = `${status!.worker} ${address}`;
      const seen = this.circuits.get(key) ?? [];
      if (seen.at(-1) !== circuit) this.circuits.set(key, [...seen, circuit]);
    }
  }
}
