import { expect, it } from 'vitest';
import { planUsers } from './broker-users.js';

it('plans our own users and those of other systems, each with a setting for its password', () => {
  const users = planUsers(['photo-shop'], ['old_script']);
  expect(users.map(({ name, setting, permissions }) => [name, setting, Object.keys(permissions)])).toEqual([
    ['api', 'RABBITMQ_API_PASSWORD', ['photo-repair', 'photo-repair-intake']],
    ['worker', 'RABBITMQ_WORKER_PASSWORD', ['photo-repair']],
    ['bridge', 'RABBITMQ_BRIDGE_PASSWORD', ['photo-repair']],
    ['operator', 'RABBITMQ_OPERATOR_PASSWORD', ['photo-repair', 'photo-repair-intake']],
    ['photo-shop', 'RABBITMQ_PUBLISHER_PHOTO_SHOP_PASSWORD', ['photo-repair-intake', 'photo-repair']],
    ['old_script', 'RABBITMQ_PUBLISHER_OLD_SCRIPT_PASSWORD', ['photo-repair-intake']],
  ]);
});

it('lets nobody make or unmake a user or a right: no one is an administrator', () => {
  const tags = planUsers(['a'], ['b']).flatMap((user) => user.tags);
  expect(tags).toEqual(['monitoring']);
});

it.each(['a.b', 'a b', '', 'ü', 'x'.repeat(65), '{username}', 'a*'])('refuses the name %j', (name) => {
  expect(() => planUsers([name], [])).toThrow("cannot be a publisher's name");
  expect(() => planUsers([], [name])).toThrow("cannot be a publisher's name");
});

it.each([
  [['guest'], [], 'that everybody knows'],
  [['worker'], [], 'two users for "worker"'],
  [['shop'], ['shop'], 'two users for "shop"'],
  [['photo-shop', 'photo_shop'], [], 'RABBITMQ_PUBLISHER_PHOTO_SHOP_PASSWORD'],
])('refuses %j and %j', (publishers, plain, words) => {
  expect(() => planUsers(publishers, plain)).toThrow(words);
});
