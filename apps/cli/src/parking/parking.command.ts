import { CliError } from '../cli-error.js';
import { complain, say } from '../terminal.js';
import { withParkingLot } from './open-parking-lot.js';
import { harmless, parkedLines } from './parked-lines.js';

/** `photo-repair parking list`: what nobody tries again by itself, the oldest first. */
export async function listParked(flags: { amqp?: string; limit: string }): Promise<void> {
  const limit = Number(flags.limit);
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new CliError(`--limit is a whole number from 1, not "${flags.limit}".`);
  }
  const { count, parked } = await withParkingLot(flags.amqp, async (parkingLot) => ({
    count: await parkingLot.count(),
    parked: await parkingLot.list(limit),
  }));
  if (parked.length === 0) return say('Nothing is parked.');
  for (const line of parkedLines(parked)) say(line);
  say();
  if (count > parked.length) say(`${count} are parked; these are the oldest ${parked.length}.`);
  say('Send them through once more: npx photo-repair parking redrive <task-id...>, or --all.');
}

/** `photo-repair parking redrive`: parked tasks back into their work queue. Code 0 only if every one was moved. */
export async function redriveParked(
  taskIds: readonly string[],
  flags: { amqp?: string; all: boolean },
): Promise<void> {
  if (flags.all === taskIds.length > 0) {
    throw new CliError(
      'Say which tasks: their ids (npx photo-repair parking list shows them), or --all alone.',
    );
  }
  const { moved, left, stayed } = await withParkingLot(flags.amqp, (parkingLot) =>
    parkingLot.redrive(flags.all ? 'all' : { taskIds: taskIds.map((id) => id.toLowerCase()) }),
  );
  say(
    moved === 0 && left === 0
      ? 'Nothing is parked.'
      : `${moved} ${moved === 1 ? 'task is' : 'tasks are'} back in line.`,
  );
  for (const { taskId, why } of stayed)
    complain(`${taskId ?? 'A message without a task id'}: ${harmless(why)}`);
  if (left > 0) throw new CliError(`${left} could not be moved.`);
}
