import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { listParked, redriveParked } from '../../../apps/cli/src/parking/parking.command.js';
import { sampleTask } from '../messaging/samples.js';
import { withVhost } from '../../support/vhost.js';

const PARKING = 'photo_repair.parking';

/** What is written to the terminal from now on. */
function listen(): { out: () => string; errors: () => string } {
  const [out, err] = [process.stdout, process.stderr].map((stream) => {
    const spy = vi.spyOn(stream, 'write').mockReturnValue(true);
    onTestFinished(() => spy.mockRestore());
    return () => spy.mock.calls.map(([text]) => String(text)).join('');
  });
  return { out: out!, errors: err! };
}

describe('photo-repair parking', () => {
  const vhost = withVhost();

  it('lists what is parked and sends it back in line', async () => {
    const terminal = listen();
    const amqp = vhost.url;
    await listParked({ amqp, limit: '50' });
    expect(terminal.out()).toBe('Nothing is parked.\n');

    const [first, second] = [sampleTask('person'), sampleTask('building')];
    for (const task of [first, second]) {
      await vhost.publish('photo_repair.parking', '', Buffer.from(JSON.stringify(task)), {
        messageId: task.taskId,
        headers: { 'x-parked-reason': 'bad_image', 'x-parked-error': 'the engine cannot read it' },
      });
    }
    await listParked({ amqp, limit: '1' });
    expect(terminal.out()).toContain(`${first.taskId}  person`);
    expect(terminal.out()).toContain('bad_image');
    expect(terminal.out()).toContain(`${first.taskId}: the engine cannot read it`);
    expect(terminal.out()).toContain('2 are parked; these are the oldest 1.');
    expect(terminal.out()).not.toContain(second.taskId);
    await vhost.expectReady({ [PARKING]: 2 });

    await redriveParked([first.taskId.toUpperCase()], { amqp, all: false });
    expect(terminal.out()).toContain('1 task is back in line.');
    await vhost.expectReady({ [PARKING]: 1, 'photo_repair.work.person': 1, 'photo_repair.work.building': 0 });
    await expect(redriveParked([first.taskId], { amqp, all: false })).rejects.toThrow(
      '1 could not be moved.',
    );
    expect(terminal.errors()).toBe(`${first.taskId}: it is not parked\n`);
    await redriveParked([], { amqp, all: true });
    await vhost.expectReady({ [PARKING]: 0, 'photo_repair.work.person': 1, 'photo_repair.work.building': 1 });
  });

  it('says plainly what is wrong with how it was called', async () => {
    const amqp = vhost.url;
    await expect(redriveParked([], { amqp, all: false })).rejects.toThrow('Say which tasks');
    await expect(redriveParked(['x'], { amqp, all: true })).rejects.toThrow('Say which tasks');
    await expect(listParked({ amqp, limit: 'many' })).rejects.toThrow('--limit');
    const elsewhere = `${vhost.url}-is-not-here`;
    await expect(listParked({ amqp: elsewhere, limit: '1' })).rejects.toThrow('no such virtual host');
  });
});
