import { randomBytes } from 'node:crypto';
import { wrapMethod } from './wrap-method.mjs';

/**
 * Loaded before an app (`node --import`): makes it do what it must never do, so that the checker can be seen to notice.
 * PLANTED_BUG names what.
 */
const BUGS = {
  'ack before the work is stored': () =>
    wrapMethod(at('task-processor.js', 'TaskProcessor', 'process'), (call, _self, [delivery]) => {
      delivery.open.amqp.ack(delivery.message);
      delivery.ack = () => true;
      return call(delivery);
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
      setTimeout(() => void call(...args), 1_000);
    }),

  'a key that is forgotten': async () => {
    await wrapMethod(tasksStore('findByKey'), async () => undefined);
    await wrapMethod(tasksStore('insert'), (call, _self, [task]) => call({ ...task, idempotencyKey: null }));
  },

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
