import type { EngineRef, TaskView } from '@app/contracts';
import { createInstance } from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';
import { ApiProblem } from '../api/api-problem.js';
import { english } from '../words/en/index.js';
import { chinese } from '../words/zh-CN/index.js';
import { whatHoldsItUp, whenAlbumReady } from './album-sentence.js';
import {
  progressOf,
  savedName,
  whatHappensNow,
  whenReady,
  whoColouredIt,
  whoRestoredIt,
  whyNot,
} from './photo-sentence.js';
import type { Photo } from './photo.js';
import { sayProblem } from './problem-sentence.js';
import type { AnyTranslate } from './translate.js';

const i18next = createInstance();
let en: AnyTranslate;
let zh: AnyTranslate;

beforeAll(async () => {
  await i18next.init({
    lng: 'en',
    resources: { en: english, 'zh-CN': chinese },
    defaultNS: 'shell',
    interpolation: { escapeValue: false },
  });
  en = i18next.getFixedT('en');
  zh = i18next.getFixedT('zh-CN', 'album');
});

const PHOTO: Photo = {
  key: 'k',
  name: 'a.jpg',
  type: 'person',
  phase: 'checking',
  thumbnailUrl: null,
  sentPercent: 0,
  problem: null,
  uploadId: null,
  clientRef: null,
  task: null,
};
const TASK = {
  queue_position: null,
  delayed_by: null,
  moved_back_by: null,
  gpu_memory_used_percent: null,
  estimate: null,
  progress: null,
  error: null,
} as Partial<TaskView>;
const photo = (change: Partial<Photo>, task: Partial<TaskView> | null = null): Photo => ({
  ...PHOTO,
  ...change,
  task: task && ({ ...TASK, ...task } as TaskView),
});
const inLine = (task: Partial<TaskView>) => photo({ phase: 'in_line' }, task);
const working = (task: Partial<TaskView>) => photo({ phase: 'working' }, task);

describe('what happens now', () => {
  it.each<[string, Photo, string, string]>([
    ['second', inLine({ queue_position: 2 }), '2nd in line', '排队中，第 2 位'],
    ['third', inLine({ queue_position: 3 }), '3rd in line', '排队中，第 3 位'],
    ['eleventh', inLine({ queue_position: 11 }), '11th in line', '排队中，第 11 位'],
    ['far', inLine({ queue_position: 1201 }), '1,201st in line', '排队中，第 1,201 位'],
    ['first', inLine({ queue_position: 1 }), 'Next in line', '下一张就轮到它'],
    ['no place', inLine({ queue_position: null }), 'In line', '排队中'],
    [
      'restoring',
      working({ progress: { stage: 'running', percent: 41.6 } }),
      'Restoring your photo… 42%',
      '正在修复照片… 42%',
    ],
    [
      'saving',
      working({ progress: { stage: 'saving', percent: null } }),
      'Almost done: saving the new picture…',
      '马上就好：正在保存新照片…',
    ],
    ['sending', photo({ phase: 'sending', sentPercent: 41.9 }), 'Sending… 41%', '正在发送… 41%'],
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
    ['done', photo({ phase: 'done' }), 'Ready', '完成了'],
  ])('%s', (_, shown, english_, chinese_) => {
    expect(whatHappensNow(shown, en)).toBe(english_);
    expect(whatHappensNow(shown, zh)).toBe(chinese_);
  });
});

describe('why it does not go on', () => {
  it('says nothing while all is well', () => {
    expect(whyNot(inLine({}), en)).toBeNull();
    expect(whyNot(working({}), en)).toBeNull();
    expect(whyNot(photo({ phase: 'done' }, {}), en)).toBeNull();
  });

  it('says that a photo is safe while the line is closed', () => {
    const waiting = inLine({ delayed_by: 'broker_unreachable' });
    expect(whyNot(waiting, en)).toContain('Your photo is safe');
    expect(whyNot(waiting, zh)).toContain('照片很安全');
  });

  it('says how full the GPU is where it waits for its memory', () => {
    const waiting = (percent: number | null) =>
      inLine({ delayed_by: 'gpu_memory', gpu_memory_used_percent: percent });
    expect(whyNot(waiting(82.6), en)).toMatch(/^Waiting for GPU memory, 83% used\. Your photo is safe/);
    expect(whyNot(waiting(82.6), zh)).toMatch(/^等待显存，已用 83%。/);
    expect(whyNot(waiting(null), en)).toMatch(/^Waiting for GPU memory\. /);
    expect(whyNot(waiting(null), zh)).toMatch(/^等待显存。/);
  });

  it('names the limit, the failure, the next try, and what to do', () => {
    expect(whyNot(photo({ phase: 'refused', problem: 'file_too_large' }), en)).toContain('20 MB');
    const timedOut = { error: { code: 'timed_out', message: '' } } as const;
    expect(whyNot(photo({ phase: 'failed' }, timedOut), zh)).toContain('时间太长');
    expect(whyNot(inLine(timedOut), en)).toContain('We try again');
    expect(whyNot(photo({ phase: 'expired' }, {}), en)).toContain('you can try again');
    expect(whyNot(photo({ phase: 'lost' }), en)).toContain('Choose it once more');
  });

  it('says why the place rose as long as nothing else holds it up', () => {
    const moved = inLine({ moved_back_by: 'priority' });
    expect(whyNot(moved, en)).toBe('An urgent photo went ahead.');
    expect(whyNot(moved, zh)).toBe('有一张加急的照片排到了前面。');
    expect(whyNot(inLine({ delayed_by: 'no_worker', moved_back_by: 'priority' }), en)).toContain(
      'No restoring machine',
    );
  });
});

describe('what a call threw', () => {
  it('is told by its code, with the limit that the API named', () => {
    const tooLarge = { code: 'file_too_large', limit: 5 * 1024 * 1024 } as never;
    expect(sayProblem(new ApiProblem('file_too_large', null, tooLarge), en)).toContain('5 MB');
    expect(sayProblem(new ApiProblem('file_too_large', null), zh)).toContain('20 MB');
    expect(sayProblem(new ApiProblem('offline', null), en)).toContain('does not answer');
  });

  it('is a mistake of ours where it is no problem of the API', () => {
    expect(sayProblem(new TypeError('x'), en)).toBe(english.problem.internal_error);
  });
});

const NOW = Date.parse('2026-01-01T00:00:00Z');
const afterMinutes = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const between = (from: number, to: number) => ({
  estimate: { from: afterMinutes(from), to: afterMinutes(to) },
});

describe('when it is ready', () => {
  it.each([
    [0.2, 0.9, 'Ready in less than a minute', '不到一分钟就好'],
    [2.5, 4.2, 'Ready in 2 to 5 minutes', '大约 2 到 5 分钟后完成'],
    [-1, 3, 'Ready in 1 to 3 minutes', '大约 1 到 3 分钟后完成'],
    [3, 3, 'Ready in about 3 minutes', '大约 3 分钟后完成'],
    [100, 170, 'Ready in 1 to 3 hours', '大约 1 到 3 小时后完成'],
    [60 * 50, 60 * 70, 'Ready in 2 to 3 days', '大约 2 到 3 天后完成'],
  ])('%f to %f minutes', (from, to, english_, chinese_) => {
    expect(whenReady(inLine(between(from, to)), en, NOW)).toBe(english_);
    expect(whenReady(working(between(from, to)), zh, NOW)).toBe(chinese_);
  });

  it('is not said where nobody knows, where the time is over, and once it has ended', () => {
    expect(whenReady(inLine({}), en, NOW)).toBeNull();
    expect(whenReady(inLine(between(-5, -1)), en, NOW)).toBeNull();
    expect(whenReady(photo({ phase: 'done' }, between(1, 2)), en, NOW)).toBeNull();
  });
});

describe('when the album is ready', () => {
  const done = photo({ phase: 'done' }, {});

  it('is when its last photo is', () => {
    const album = [done, inLine(between(1, 2)), inLine(between(4, 7)), working(between(0, 1))];
    expect(whenAlbumReady(album, en, NOW)).toBe('All ready in 4 to 7 minutes');
    expect(whenAlbumReady(album, zh, NOW)).toBe('大约 4 到 7 分钟后全部完成');
  });

  it('is said only of what was sent', () => {
    const album = [inLine(between(4, 7)), photo({ phase: 'sending' })];
    expect(whenAlbumReady(album, en, NOW)).toBe('Those already sent are ready in 4 to 7 minutes');
  });

  it('is not said where all are, or where nobody knows of one', () => {
    expect(whenAlbumReady([done], en, NOW)).toBeNull();
    expect(whenAlbumReady([inLine(between(1, 2)), inLine({})], en, NOW)).toBeNull();
  });
});

describe('what holds the album up', () => {
  const held = (delayed_by: TaskView['delayed_by'], percent: number | null = null) =>
    inLine({ delayed_by, gpu_memory_used_percent: percent });

  it.each<[string, Photo[], string]>([
    ['nothing', [inLine({}), photo({ phase: 'done' }, { delayed_by: 'no_worker' })], ''],
    ['the line', [held('retry_delay'), held('broker_unreachable'), held('gpu_memory')], 'The line is closed'],
    [
      'memory',
      [held('gpu_memory', 91), held('gpu_memory', 83.4)],
      'Waiting for GPU memory, 83% used. Your photos',
    ],
    [
      'memory, unread',
      [held('gpu_memory'), held('no_worker')],
      'Waiting for GPU memory. Your photos are safe',
    ],
    ['paused ones', [held('paused'), held('no_worker')], 'One of your photos is paused for a while'],
    ['one without a machine', [held('no_worker')], 'No restoring machine is running for one of your photos'],
    ['two of them', [held('no_worker'), held('no_worker')], 'No restoring machine is running for 2 of'],
    ['a pause', [held('retry_delay')], 'The last try with one of your photos'],
    [
      'a crowd',
      [held('retry_delay'), photo({ phase: 'waiting_to_send', problem: 'queue_full' })],
      'Very many photos are waiting',
    ],
    [
      'a full store',
      [photo({ phase: 'waiting_to_send', problem: 'storage_full' })],
      'The photo service has no room',
    ],
    ['what will not be sent', [photo({ phase: 'refused', problem: 'queue_full' })], ''],
  ])('%s', (_, photos, beginning) => {
    const sentence = whatHoldsItUp(photos, en) ?? '';
    expect(sentence.slice(0, beginning.length)).toBe(beginning);
    expect(sentence === '').toBe(beginning === '');
  });

  it('says in Chinese too that all is safe', () => {
    expect(whatHoldsItUp([held('no_worker')], zh)).toMatch(/^有 1 张照片.*很安全/);
  });
});

describe('the progress bar', () => {
  it('shows numbers only where there are some', () => {
    const bar = (progress: TaskView['progress']) => progressOf(working({ progress }));
    expect(bar({ stage: 'running', percent: 60.4 })).toBe(60);
    expect(bar({ stage: 'running', percent: null })).toBe('busy');
    expect(bar({ stage: 'running', percent: 0 })).toBe('busy');
    expect(bar({ stage: 'preparing', percent: null })).toBe('busy');
    expect(bar(null)).toBe('busy');
    expect(progressOf(photo({ phase: 'sending', sentPercent: 30 }))).toBe(30);
    expect(progressOf(photo({ phase: 'sending', sentPercent: 100 }))).toBe('busy');
    expect(progressOf(photo({ phase: 'in_line' }))).toBeNull();
    expect(progressOf(photo({ phase: 'done' }))).toBeNull();
  });
});

describe('who made it', () => {
  it.each<[EngineRef, string, string]>([
    [
      { name: 'built-in', version: '1', colouring: 'preview' },
      'Coloured by the built-in preview engine, not DDColor.',
      'Restored by the built-in engine.',
    ],
    [
      { name: 'built-in', version: '1', colouring: 'ddcolor-onnx' },
      'Coloured by DDColor in the built-in engine.',
      'Restored by the built-in engine.',
    ],
    [
      { name: 'built-in', version: '1' },
      'Coloured by the built-in engine.',
      'Restored by the built-in engine.',
    ],
    [{ name: 'comfyui', version: '0.3' }, 'Coloured by ComfyUI.', 'Restored by ComfyUI.'],
    [
      { name: 'unknown', version: '9' },
      'Coloured by an engine that this version does not know.',
      'Restored by an engine that this version does not know.',
    ],
  ])('%j', (engine, coloured, restored) => {
    expect(whoColouredIt(engine, en)).toBe(coloured);
    expect(whoRestoredIt(engine, en)).toBe(restored);
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
