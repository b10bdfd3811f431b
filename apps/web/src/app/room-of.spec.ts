import { expect, it } from 'vitest';
import { roomOf } from './room-of.js';

it('takes an album for one room, from its first photo on, and its photos for another', () => {
  const album = roomOf('/albums/1');
  expect(roomOf('/new')).toBe(album);
  expect(roomOf('/albums/2')).toBe(album);
  const photo = roomOf('/albums/1/photos/5');
  expect(roomOf('/albums/1/photos/6')).toBe(photo);
  expect(new Set([album, photo, roomOf('/'), roomOf('/open/token'), roomOf('/nowhere')]).size).toBe(5);
});
