import { taskEventSchema } from '@app/contracts';
import { connect, type ChannelModel, type GetMessage } from 'amqplib';
import type { ParkedMessage, StateEvent } from '../check/observation.js';

const EVENTS = 'photo_repair.events';
const PARKING = 'photo_repair.parking';
/** The scenario's own queue. */
const WITNESS = 'faults.witness';

/** Hears every state event, in a durable queue that a killed broker keeps; also looks into the parking queue. */
export class Witness {
  private readonly told: StateEvent[] = [];

  private constructor(private readonly url: string) {}

  /** Begins to hear; call it before the first task. */
  static async start(url: string): Promise<Witness> {
    const witness = new Witness(url);
    await witness.with(async (model) => {
      const channel = await model.createChannel();
      await channel.assertExchange(EVENTS, 'topic', { durable: true });
      await channel.assertQueue(WITNESS, { durable: true });
      await channel.bindQueue(WITNESS, EVENTS, 'state.#');
    });
    return witness;
  }

  /** All events so far, in the order of the broker. */
  async events(): Promise<readonly StateEvent[]> {
    await this.with(async (model) => {
      const channel = await model.createChannel();
      for (const { content } of await takeAll(channel.get.bind(channel, WITNESS, { noAck: true }))) {
        // What is no event of ours was put there by a scenario.
        const { data: event } = taskEventSchema.safeParse(JSON.parse(content.toString('utf8')));
        if (event && event.kind !== 'progress') this.told.push(event);
      }
    });
    return this.told;
  }

  /** What lies in the parking queue, which stays there. */
  async parked(): Promise<ParkedMessage[]> {
    return this.with(async (model) => {
      const channel = await model.createChannel();
      const messages = await takeAll(() => channel.get(PARKING));
      channel.nackAll(true);
      await channel.close();
      return messages.map(({ properties }) => ({
        messageId: String(properties.messageId ?? ''),
        reason: String(properties.headers?.['x-parked-reason'] ?? ''),
      }));
    });
  }

  private async with<T>(work: (model: ChannelModel) => Promise<T>): Promise<T> {
    const model = await connect(this.url, { clientProperties: { connection_name: 'faults witness' } });
    try {
      return await work(model);
    } finally {
      await model.close();
    }
  }
}

async function takeAll(take: () => Promise<GetMessage | false>): Promise<GetMessage[]> {
  const messages: GetMessage[] = [];
  for (let next = await take(); next; next = await take()) messages.push(next);
  return messages;
}
