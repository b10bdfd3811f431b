import type { EngineRef, TaskView } from '@app/contracts';
import { describe, expect, it } from 'vitest';
import { progressOf, savedName, whatHappensNow, whenReady, whoColouredIt, whyNot } from './photo-sentence.js';
import type { Photo } from './task-state.js';

const PHOTO: Photo = {
  key: 'k',
  name: 'a.jpg',
  type: 'person',
  phase: 'checking',
  thumbnail: null,
  sentPercent: 0,
  problem: null,
  failure: null,
  taskId: null,
  task: null,
};
const photo = (change: Partial<Photo>, task: Partial<TaskView> | null = null): Photo => ({
  ...PHOTO,
  ...change,
  task: task as TaskView | null,
});

describe('what happens now', () => {
  it.each<[string, Photo, string, string]>([
    ['third', photo({ phase: 'in_line' }, { queue_position: 3 }), '3rd in line', '排队中，第 3 位'],
    ['first', photo({ phase: 'in_line' }, { queue_position: 1 }), 'Next in line', '下一张就轮到它'],
    ['no place', photo({ phase: 'in_line' }, { queue_position: null }), 'In line', '排队中'],
    [
      'colouring',
      photo({ phase: 'working' }, { progress: { stage: 'running', percent: 41.6 } }),
      'Restoring your photo… 42%',
      '正在修复照片… 42%',
    ],
    [
      'saving',
      photo({ phase: 'working' }, { progress: { stage: 'saving', percent: null } }),
      'Almost done: saving the new picture…',
      '马上就好：正在保存新照片…',
    ],
    [
      'sent',
      photo({ phase: 'sending', sentPercent: 100 }),
      'Sent. Checking the photo…',
      '已发送，正在检查照片…',
    ],
    [
      'no use',
      photo({ phase: 'refused', problem: 'image_damaged' }),
      'This file cannot be used',
      '这个文件不能用',
    ],
    ['not sent', photo({ phase: 'refused', problem: 'internal_error' }), 'Not sent', '没有发送'],
  ])('%s', (_, shown, english, chinese) => {
    expect(whatHappensNow(shown, 'en')).toBe(english);
    expect(whatHappensNow(shown, 'zh-CN')).toBe(chinese);
  });
});

describe('why it does not go on', () => {
  it('says nothing while all is well', () => {
    expect(whyNot(photo({ phase: 'in_line' }), 'en')).toBeNull();
  });

  it('says that a photo is safe while the queue is away', () => {
    const waiting = photo({ phase: 'in_line' }, { delayed_by: 'broker_unreachable' });
    expect(whyNot(waiting, 'en')).toContain('Your photo is safe');
    expect(whyNot(waiting, 'zh-CN')).toContain('照片很安全');
    expect(whyNot(photo({ phase: 'in_line' }, { delayed_by: null }), 'en')).toBeNull();
  });

  it('says how full the GPU is where it waits for its memory', () => {
    const waiting = (percent: number | null) =>
      photo({ phase: 'in_line' }, { delayed_by: 'gpu_memory', gpu_memory_used_percent: percent });
    expect(whyNot(waiting(83), 'en')).toMatch(
      /^Waiting for GPU memory, 83% used\. Your photo keeps its place/,
    );
    expect(whyNot(waiting(83), 'zh-CN')).toMatch(/^等待显存，已用 83%。/);
    expect(whyNot(waiting(null), 'en')).toMatch(/^Waiting for GPU memory\. /);
    expect(whyNot(waiting(null), 'zh-CN')).toMatch(/^等待显存。/);
  });

  it('names the limit, the failure, and the next try', () => {
    expect(whyNot(photo({ phase: 'refused', problem: 'file_too_large' }), 'en')).toContain('20 MB');
    expect(whyNot(photo({ phase: 'failed', failure: 'timed_out' }), 'zh-CN')).toContain('时间太长');
    expect(whyNot(photo({ phase: 'in_line', failure: 'timed_out' }), 'en')).toContain('We try again');
  });
});

describe('why the place rose', () => {
  it('is said as long as nothing else holds it up', () => {
    const moved = photo({ phase: 'in_line' }, { delayed_by: null, moved_back_by: 'priority' });
    expect(whyNot(moved, 'en')).toBe('An urgent photo went ahead.');
    expect(whyNot(moved, 'zh-CN')).toBe('有一张加急的照片排到了前面。');
    const held = photo({ phase: 'in_line' }, { delayed_by: 'no_worker', moved_back_by: 'priority' });
    expect(whyNot(held, 'en')).toContain('No colouring machine');
  });
});

describe('when it is ready', () => {
  const NOW = Date.parse('2026-01-01T00:00:00Z');
  const after = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
  const estimated = (from: number, to: number) =>
    photo({ phase: 'in_line' }, { estimate: { from: after(from), to: after(to) } });

  it.each([
    [0.2, 0.9, 'Ready in less than a minute', '不到一分钟就好'],
    [2.5, 4.2, 'Ready in 2 to 5 minutes', '大约 2 到 5 分钟后完成'],
    [-1, 3, 'Ready in 1 to 3 minutes', '大约 1 到 3 分钟后完成'],
    [3, 3, 'Ready in about 3 minutes', '大约 3 分钟后完成'],
    [100, 170, 'Ready in 1 to 3 hours', '大约 1 到 3 小时后完成'],
    [60 * 50, 60 * 70, 'Ready in 2 to 3 days', '大约 2 到 3 天后完成'],
  ])('%f to %f minutes', (from, to, english, chinese) => {
    expect(whenReady(estimated(from, to), 'en', NOW)).toBe(english);
    expect(whenReady(estimated(from, to), 'zh-CN', NOW)).toBe(chinese);
  });

  it('is not said where nobody knows, where the time is over, and once it has ended', () => {
    expect(whenReady(photo({ phase: 'in_line' }, { estimate: null }), 'en', NOW)).toBeNull();
    expect(whenReady(estimated(-5, -1), 'en', NOW)).toBeNull();
    expect(whenReady({ ...estimated(1, 2), phase: 'done' }, 'en', NOW)).toBeNull();
  });
});

describe('the progress bar', () => {
  it('shows numbers only where there are some', () => {
    const working = (progress: TaskView['progress']) => progressOf(photo({ phase: 'working' }, { progress }));
    expect(working({ stage: 'running', percent: 60.4 })).toBe(60);
    expect(working({ stage: 'running', percent: null })).toBe('busy');
    expect(working({ stage: 'running', percent: 0 })).toBe('busy');
    expect(working({ stage: 'preparing', percent: null })).toBe('busy');
    expect(working(null)).toBe('busy');
    expect(progressOf(photo({ phase: 'sending', sentPercent: 30 }))).toBe(30);
    expect(progressOf(photo({ phase: 'in_line' }))).toBeNull();
    expect(progressOf(photo({ phase: 'done' }))).toBeNull();
  });
});

describe('who coloured it', () => {
  it.each<[EngineRef, string]>([
    [
      { name: 'built-in', version: '1', colouring: 'preview' },
      'Coloured by the built-in preview engine, not DDColor.',
    ],
    [
      { name: 'built-in', version: '1', colouring: 'ddcolor-onnx' },
      'Coloured by DDColor in the built-in engine.',
    ],
    [{ name: 'built-in', version: '1' }, 'Coloured by the built-in engine.'],
    [{ name: 'comfyui', version: '0.3' }, 'Coloured by ComfyUI.'],
  ])('%j', (engine, sentence) => {
    expect(whoColouredIt(engine, 'en')).toBe(sentence);
  });
});

describe('the name to save under', () => {
  it.each([
    ['grandma.bmp', 'grandma_restored.png'],
    ['外婆.家.JPG', '外婆.家_restored.png'],
    ['scan', 'scan_restored.png'],
    ['.jpg', 'photo_restored.png'],
  ])('%s becomes %s', (name, saved) => {
    expect(savedName(name)).toBe(saved);
  });
});
