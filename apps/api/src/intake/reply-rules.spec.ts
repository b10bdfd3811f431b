import { expect, it } from 'vitest';
import { allowedReply } from './reply-rules.js';

const DIRECT = 'amq.rabbitmq.reply-to.g1h2AA5yZXBseUAx.abc==';

it.each([
  [DIRECT, 'museum'],
  [DIRECT, ''],
  ['amq.gen-JzTY20BRgKO-HjmUJj0wLg', 'museum'],
  ['reply.museum', 'museum'],
  ['reply.museum.scanner.1', 'museum'],
  ['reply.anonymous.1', ''],
])('answers go to %s of %j', (replyTo, user) => {
  expect(allowedReply({ replyTo, user, vouched: false })).toBe(replyTo);
});

it.each([
  [null, 'museum'],
  ['', 'museum'],
  ['reply.library', 'museum'],
  ['reply.museumx', 'museum'],
  ['reply.', 'museum'],
  ['reply', 'museum'],
  ['photo_repair_tasks', 'museum'],
  ['photo_repair.work.person', 'museum'],
  ['photo_repair.bridge_answers', 'museum'],
  ['amq.gen-', 'museum'],
  ['amq.rabbitmq.reply-to', 'museum'],
  ['amq.rabbitmq.trace', 'museum'],
  // Whose queue it is could not be told from the name.
  ['reply.a.b', 'a.b'],
  ['reply.anonymous', 'anonymous'],
  ['reply..x', ''],
])('no answer goes to %s of %j', (replyTo, user) => {
  expect(allowedReply({ replyTo, user, vouched: false })).toBeNull();
});

it('answers to what the bridge has brought go to the bridge alone', () => {
  const of = (replyTo: string) => allowedReply({ replyTo, user: 'redis:user1', vouched: true });
  expect(of('photo_repair.bridge_answers')).toBe('photo_repair.bridge_answers');
  for (const other of [DIRECT, 'reply.redis:user1', 'reply.user1', 'photo_repair.results']) {
    expect(of(other)).toBeNull();
  }
});
