import { z } from 'zod';

const count = (usual: number) => z.coerce.number().int().min(0).default(usual);

const schema = z.object({
  /** Repeats a run's random choices; every random scenario prints the one it had. */
  SEED: z.coerce.number().int().min(0).max(0xffffffff).optional(),
  FAULT_TASKS: count(2000),
  FAULT_WORKER_KILLS: count(200),
  FAULT_BROKER_KILLS: count(20),
  FAULT_API_KILLS: count(100),
  FAULT_ENGINE_TASKS: count(1000),
  FAULT_ENGINE_KILLS: count(100),
  /** Submissions and faults on PostgreSQL with two API instances. */
  FAULT_POSTGRES_TASKS: count(300),
  /** Submissions to two API instances that share nothing but PostgreSQL, RabbitMQ and a bucket. */
  FAULT_SCALE_TASKS: count(150),
  /** Tasks that other systems publish, each up to five times, and kills of the API meanwhile. */
  FAULT_MESSAGES: count(1000),
  FAULT_MESSAGE_API_KILLS: count(10),
  /** Kills of each of API, bridge and workers, while messages and entries come. */
  FAULT_INTEGRATION_KILLS: count(40),
  /** Entries in Redis, and kills of broker, API, workers, bridge and Redis at once while they come. */
  FAULT_ENTRIES: count(300),
  FAULT_ENTRY_BROKER_KILLS: count(8),
});

/** What the environment says about the fault tests; the only place in `test/faults` that reads it. */
export function faultEnv(): z.output<typeof schema> {
  return schema.parse(process.env);
}

/** The seed of this run: the one that was asked for, else a new one. */
export function seedOfRun(): number {
  return faultEnv().SEED ?? Math.floor(Math.random() * 2 ** 32);
}
