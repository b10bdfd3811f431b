import { expect, it } from 'vitest';
import { isNear } from './near-address.js';

it.each([
  'http://127.0.0.1:8188',
  'http://localhost:8188',
  'http://comfyui:8188',
  'http://10.1.2.3',
  'http://172.31.0.1',
  'http://192.168.1.20:8188/base',
  'http://[::1]:8188',
  'http://[fd00::5]:8188',
  'http://gpu.local:8188',
  'http://comfyui.photos.svc:8188',
  'http://comfyui.photos.svc.cluster.local:8188',
  'http://host.docker.internal:8188',
])('%s is near', (url) => {
  expect(isNear(url)).toBe(true);
});

it.each([
  'https://comfy.example.org',
  'http://172.32.0.1',
  'http://8.8.8.8:8188',
  'http://[2001:db8::1]',
  'http://local.example.org',
  'http://10.example.org',
])('%s is not', (url) => {
  expect(isNear(url)).toBe(false);
});
