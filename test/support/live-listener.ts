import { LIVE_PATH, type LiveMessage, type LiveTopic, type TaskView } from '@app/contracts';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { TestCaller } from './test-caller.js';

/** Hears what the live socket tells of one topic, from now until the test ends. */
export async function listenTo(caller: TestCaller, topic: LiveTopic): Promise<LiveMessage[]> {
  const socket = new WebSocket(`${caller.url.replace('http', 'ws')}${LIVE_PATH}`, {
    headers: await caller.headers(),
  });
  onTestFinished(() => socket.terminate());
  const heard: LiveMessage[] = [];
  const first = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (frame: Buffer) => {
      heard.push(JSON.parse(frame.toString()) as LiveMessage);
      resolve();
    });
  });
  socket.on('open', () => socket.send(JSON.stringify({ event: 'subscribe', data: { topic } })));
  await first;
  return heard;
}

/** A task as it was told, from snapshots and steps, in order. */
export function toldTasks(heard: readonly LiveMessage[]): TaskView[] {
  return heard.flatMap((message) => {
    if (message.event === 'snapshot') return message.data.tasks;
    return message.event === 'step' ? [message.data.task] : [];
  });
}
