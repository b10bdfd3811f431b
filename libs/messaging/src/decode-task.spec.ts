import type { Message } from 'amqplib';
import { describe, expect, it } from 'vitest';
import { decodeTask } from './decode-task.js';

const task = {
  version: 1,
  taskId: '0197f5b0-0000-7000-8000-000000000001',
  taskType: 'person',
  image: {
    key: 'originals/0197f5b0-0000-7000-8000-000000000001.jpg',
    mediaType: 'image/png',
    width: 1,
    height: 1,
    bytes: 1,
    sha256: 'a'.repeat(64),
  },
  parameters: {},
  submittedAt: '2026-01-02T03:04:05.000Z',
};

function message(body: unknown, headers: object = {}): Message {
  const content = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { content, properties: { headers }, fields: { redelivered: false } } as unknown as Message;
}

describe('decoding a task', () => {
  it('reads the task and what its copy says of itself', () => {
    expect(decodeTask(message(task, { 'x-run': 2, 'x-deadline': 5 }), 'person')).toEqual({
      ok: true,
      task: { message: task, settledRuns: 2, deadlineAt: 5, cameBack: false, wasParked: false },
    });
    expect(decodeTask(message(task, { 'x-came-back': true, 'x-parked-at': 'then' }), 'person')).toEqual({
      ok: true,
      task: { message: task, settledRuns: undefined, deadlineAt: undefined, cameBack: true, wasParked: true },
    });
  });

  it('takes what it does not know for what a newer publisher added', () => {
    const newer = { ...task, mood: 'sepia', image: { ...task.image, dpi: 300 } };
    expect(decodeTask(message(newer, { 'x-new': 1 }), 'person')).toMatchObject({
      ok: true,
      task: { message: task },
    });
  });

  it.each([
    'originals/0197f5b0-0000-7000-8000-000000000002.jpg',
    'results/0197f5b0-0000-7000-8000-000000000001.png',
    'inbox/a.png',
  ])('refuses the photo of another task: %s', (key) => {
    const forged = { ...task, image: { ...task.image, key } };
    expect(decodeTask(message(forged), 'person')).toMatchObject({
      ok: false,
      failure: {
        code: 'malformed_message',
        message:
          'Cannot read the message: the photo is not that of the task 0197f5b0-0000-7000-8000-000000000001.',
      },
    });
  });

  it('says what is wrong for any bytes at all (a failure names its seed)', () => {
    let seed = 20_260_102;
    const random = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
    const whole = JSON.stringify(task);
    for (let round = 0; round < 2000; round++) {
      const from = seed;
      const bytes = Buffer.from(whole);
      for (let change = 0; change < 1 + random() * 4; change++) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      const cut = bytes.subarray(0, Math.floor(random() * (bytes.length + 1)));
      const decoded = decodeTask({ ...message(''), content: random() < 0.5 ? bytes : cut }, 'person');
      const outcome = decoded.ok ? decoded.task.message.taskType : decoded.failure.code;
      expect(['person', 'malformed_message'], `seed ${from}`).toContain(outcome);
    }
  });

  it('says all that is wrong in one short text', () => {
    const decoded = decodeTask(message({ ...task, taskId: 1, image: null }), 'person');
    expect(decoded).toMatchObject({ ok: false, failure: { code: 'malformed_message' } });
    if (decoded.ok) throw new Error('it was read');
    expect(decoded.failure.message).toMatch(/taskId: .*image: /);
    expect(decoded.failure.message.length).toBeLessThan(600);
  });
});
