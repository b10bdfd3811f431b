import { randomBytes, randomUUID } from 'node:crypto';
import { wrapMethod } from './wrap-method.mjs';

/**
 * Loaded before an app (`node --import`): makes it do what it must never do, so that the checker can be seen to notice.
 * PLANTED_BUG names what.
 */
const BUGS = {
  'ack before the work is stored': () =>
    wrapMethod(at('task-processor.js', 'TaskProcessor', 'process'), (call, _self, args) => {
      const [delivery] = args;
      delivery.open.amqp.ack(delivery.message);
      delivery.ack = () => true;
      delivery.requeue = () => true;
      return call(...args);
    }),

  'publish without waiting for the confirm': () =>
    wrapMethod(at('confirm-publisher.js', 'ConfirmPublisher', 'publish'), async (call, _self, args) => {
      call(...args).catch(() => undefined);
    }),

  'a channel that closes unnoticed': async () => {
    const deaf = new WeakSet();
    await wrapMethod(at('supervised-channel.js', 'SupervisedChannel', 'tryOpen'), async (call, self) => {
      await call();
      if (self.current) deaf.add(self);
    });
    await wrapMethod(at('supervised-channel.js', 'SupervisedChannel', 'schedule'), (call, self, args) => {
      if (!deaf.has(self)) call(...args);
    });
  },

  'an event acknowledged before it is stored': () =>
    wrapMethod(tasksStore('apply'), async (call, _self, args) => {
      setTimeout(() => void call(...args), LATER_MS);
    }),

  'a key that is forgotten': async () => {
    await wrapMethod(tasksStore('findByKey'), async () => undefined);
    await wrapMethod(tasksStore('insert'), (call, _self, [task, ...rest]) =>
      call({ ...task, idempotencyKey: null }, ...rest),
    );
  },

  'a hand-over that nobody repeats': () =>
    wrapMethod(
      { module: 'apps/api/src/line/hand-over.store.js', owner: 'HandOverStore', method: 'takeUnconfirmed' },
      async () => [],
    ),

  'a line that is told of arrivals only': () =>
    wrapMethod(
      { module: 'apps/api/src/line/lines.service.js', owner: 'LinesService', method: 'stored' },
      (call, _self, [row]) => {
        if (row.state === 'queued') call(row);
      },
    ),

  'a step that is not written down': () =>
    wrapMethod(
      { module: 'apps/api/src/tasks/task-log.store.js', owner: 'TaskLogStore', method: 'write' },
      async (call, _self, [transaction, row, columns, step]) => {
        const written = await call(transaction, row, columns, step);
        if (step.step === 'started') {
          const { task_id: id, seq } = written.entry;
          await transaction.deleteFrom('task_log').where('task_id', '=', id).where('seq', '=', seq).execute();
        }
        return written;
      },
    ),

  'a copy of a photo that nobody knows of': () =>
    wrapMethod(
      { module: 'apps/api/src/tasks/task-pictures.js', owner: 'TaskPictures', method: 'store' },
      async (call, self, args) => {
        await self.artifacts.put(`originals/${randomUUID()}.png`, Buffer.from('a copy'), 'image/png');
        return call(...args);
      },
    ),

  'an erasure that keeps the original': () =>
    wrapMethod(
      {
        module: 'libs/artifact-store/src/local-artifact-store.js',
        owner: 'LocalArtifactStore',
        method: 'deleteAll',
      },
      (call, _self, [keys]) => call([...keys].filter((key) => !key.startsWith('originals/'))),
    ),

  'a result that is made twice': async () => {
    const owner = { module: 'apps/worker/src/tasks/finished-tasks.js', owner: 'FinishedTasks' };
    await wrapMethod({ ...owner, method: 'find' }, async () => undefined);
    // What follows the end of a PNG is nobody's business, but the file is another one.
    await wrapMethod({ ...owner, method: 'save' }, (call, _self, [taskId, picture, engine]) =>
      call(taskId, { ...picture, data: Buffer.concat([picture.data, randomBytes(4)]) }, engine),
    );
  },

  'a result of another photo': async () => {
    let earlier;
    const view = { module: 'libs/comfyui/src/comfy-client.js', owner: 'ComfyClient', method: 'view' };
    await wrapMethod(view, async (call, _self, args) => {
      const picture = await call(...args);
      const given = earlier ?? picture;
      earlier = picture;
      return given;
    });
  },

  'a message acknowledged before its task is stored': () =>
    wrapMethod(
      { module: 'apps/api/src/intake/foreign-tasks.service.js', owner: 'ForeignTasks', method: 'take' },
      async (call, _self, args) => {
        setTimeout(() => void call(...args), LATER_MS);
        return { kind: 'taken' };
      },
    ),

  'an outcome written down before its deliveries': async () => {
    const later = [];
    const deliveries = { module: 'apps/api/src/deliveries/deliveries.store.js', owner: 'DeliveriesStore' };
    await wrapMethod({ ...deliveries, method: 'record' }, async (call, _self, [_transaction, row]) => {
      setTimeout(() => later.push((transaction) => call(transaction, row)), LATER_MS);
    });
    const due = { module: 'apps/api/src/deliveries/due-deliveries.store.js', owner: 'DueDeliveriesStore' };
    await wrapMethod({ ...due, method: 'lanes' }, async (call, self) => {
      for (const record of later.splice(0)) await self.db.transaction().execute(record);
      return call();
    });
  },

  'a webhook with an id of its own each time': () =>
    wrapMethod(webhookPoster, (call, _self, [url, message, ...rest]) =>
      call(url, { ...message, id: randomUUID() }, ...rest),
    ),

  'a webhook signed with something else': () =>
    wrapMethod(webhookPoster, (call, _self, [url, message, ...rest]) =>
      call(url, { ...message, secrets: [`whsec_${randomBytes(32).toString('base64')}`] }, ...rest),
    ),

  'an entry acknowledged before its task is confirmed': () =>
    wrapMethod(
      at('vouched-task-publisher.js', 'VouchedTaskPublisher', 'publish'),
      async (call, _self, args) => {
        setTimeout(() => void call(...args), LATER_MS);
      },
    ),

  'an outcome that is told each time': async () => {
    const outcomes = { module: 'apps/bridge/src/answers/outcomes.store.js', owner: 'OutcomesStore' };
    await wrapMethod({ ...outcomes, method: 'wasTold' }, async () => false);
    await wrapMethod({ ...outcomes, method: 'tellResult' }, (call, _self, [_mark, fields]) =>
      call(randomUUID(), fields),
    );
  },

  'a file that is cut off': () =>
    wrapMethod(
      { module: 'apps/bridge/src/answers/output-folder.js', owner: 'OutputFolder', method: 'write' },
      (call, _self, [entry, jpeg]) => call(entry, jpeg.subarray(0, jpeg.length / 2)),
    ),

  'a photo that stays in the inbox': () =>
    wrapMethod(
      { module: 'apps/api/src/intake/inbox.js', owner: 'Inbox', method: 'remove' },
      async () => undefined,
    ),
};

/** Long enough for a process to be killed meanwhile, on a busy machine too. */
const LATER_MS = 3_000;

const webhookPoster = {
  module: 'apps/api/src/webhooks/webhook-poster.js',
  owner: 'WebhookPoster',
  method: 'post',
};

function tasksStore(method) {
  return { module: 'apps/api/src/tasks/tasks.store.js', owner: 'TasksStore', method };
}

function at(file, owner, method) {
  return { module: `libs/messaging/src/${file}`, owner, method };
}

const plant = BUGS[process.env.PLANTED_BUG];
if (!plant) throw new Error(`There is no planted bug '${process.env.PLANTED_BUG}'.`);
await plant();
