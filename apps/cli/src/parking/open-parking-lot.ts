import { BrokerConnection, buildTopology, ConfirmPublisher, ParkingLot, probeBroker } from '@app/messaging';
import { runningBrokerUrl } from '../broker/running-broker.js';
import { CliError } from '../cli-error.js';
import { readEnv } from '../env.js';
import { offeredTypes } from '../system/offered-types.js';

const NAME = 'parking-command';
const PATIENCE_MS = 10_000;

/**
 * Does something with the parked tasks of the RabbitMQ at `amqp`, or of the one in AMQP_URL, or of the system that runs
 * here. @throws CliError where there is none that can be used.
 */
export async function withParkingLot<T>(
  amqp: string | undefined,
  action: (parkingLot: ParkingLot) => Promise<T>,
): Promise<T> {
  const env = readEnv();
  const url = amqp ?? env.amqpUrl ?? runningBrokerUrl(env);
  const probe = await probeBroker(url, PATIENCE_MS);
  if (!probe.ok) throw new CliError(probe.message);
  const topology = buildTopology(offeredTypes(env.workflowsDir), {
    declares: env.amqpDeclare,
    queueType: env.amqpQueueType,
  });
  const connection = new BrokerConnection({ url, name: NAME });
  const publisher = new ConfirmPublisher(connection, { topology });
  try {
    await publisher.whenReady(PATIENCE_MS);
    return await action(new ParkingLot({ connection, publisher, topology, name: NAME }));
  } finally {
    await publisher.close();
    await connection.close();
  }
}
