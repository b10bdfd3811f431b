import { Controller, Module, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import {
  OriginalErrorFilter,
  TASK_PATTERN,
  TaskServer,
  type Settlement,
  type TaskDelivery,
} from '@app/messaging';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withVhost } from '../../support/vhost.js';
import { sampleTask } from './samples.js';
import { startPublisher, TestLedgers, witness } from './test-worker.js';

const seen: TaskDelivery[] = [];

@Controller()
@UseFilters(OriginalErrorFilter)
class TaskConsumer {
  @MessagePattern(TASK_PATTERN)
  async run(@Payload() task: TaskDelivery): Promise<Settlement> {
    seen.push(task);
    if (task.message.parameters['size'] === 1) throw new Error('what really happened');
    return { kind: 'done' };
  }
}

@Module({ controllers: [TaskConsumer] })
class OneHandler {}

@Controller()
class SecondConsumer extends TaskConsumer {}

@Module({ controllers: [TaskConsumer, SecondConsumer] })
class TwoHandlers {}

@Module({})
class NoHandler {}

describe('the task server inside a Nest application', () => {
  const vhost = withVhost();

  async function application(module: new () => object) {
    const { topology, publisher, tasks } = await startPublisher(vhost);
    const events = await witness(vhost);
    const server = new TaskServer({
      url: vhost.url,
      name: 'nest',
      topology,
      publisher,
      ledger: new TestLedgers(),
    });
    const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
      strategy: server,
      logger: false,
      abortOnError: false,
    });
    onTestFinished(() => app.close());
    return { app, server, tasks, events };
  }

  it('calls the controller, sees what it throws, and drains with the application', async () => {
    const { app, server, tasks, events } = await application(OneHandler);
    await app.listen();
    const good = sampleTask();
    const bad = { ...sampleTask(), parameters: { size: 1 } };
    await tasks.publishTask(good);
    await tasks.publishTask(bad);
    await expect
      .poll(() => events, { timeout: 15_000 })
      .toMatchObject([
        {
          kind: 'failed',
          taskId: bad.taskId,
          failure: { code: 'unknown', message: 'The task handler failed: what really happened' },
        },
      ]);
    expect(seen.map(({ message }) => message)).toEqual([good, bad]);
    await app.close();
    expect(server.state).toBe('closed');
    await vhost.expectReady({ 'photo_repair.work.person': 0, 'photo_repair.parking': 1 });
  });

  it('does not start without a handler, or with two', async () => {
    const none = await application(NoHandler);
    await expect(none.app.listen()).rejects.toThrow("No handler has the message pattern 'photo-repair.task'");
    const two = await application(TwoHandlers);
    await expect(two.app.listen()).rejects.toThrow(
      "Two handlers have the message pattern 'photo-repair.task'",
    );
  });
});
