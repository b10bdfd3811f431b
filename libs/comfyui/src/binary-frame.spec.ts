import { describe, expect, it } from 'vitest';
import { decodeBinaryFrame, encodeBinaryFrame, type BinaryFrame } from './binary-frame.js';
import { decodeTextFrame, promptIdOf, promptIdOfBinary } from './comfy-event.js';

const metadata = {
  node_id: '3',
  prompt_id: 'da884375-2c47-4055-8080-3c2d6ced5891',
  display_node_id: '3',
  parent_node_id: null,
  real_node_id: '3',
  image_type: 'image/jpeg',
};
const image = Buffer.from('ffd8ffe0', 'hex');

describe('binary frames', () => {
  it.each<BinaryFrame>([
    { kind: 'preview', mediaType: 'image/jpeg', image },
    { kind: 'preview', mediaType: 'image/png', image: Buffer.alloc(0) },
    { kind: 'text', nodeId: '12', text: '进度 5/10' },
    { kind: 'preview_with_metadata', metadata, image },
  ])('survive the wire: %j', (frame) => {
    expect(decodeBinaryFrame(encodeBinaryFrame(frame))).toEqual(frame);
  });

  it('are read as ComfyUI v0.27.1 sends them', () => {
    const preview = Buffer.from('0000000100000001ffd8ffe000104a464946', 'hex');
    expect(decodeBinaryFrame(preview)).toMatchObject({ kind: 'preview', mediaType: 'image/jpeg' });
    const head = Buffer.from('00000004000000a6', 'hex');
    const json = Buffer.from(JSON.stringify(metadata).replaceAll(':', ': ').replaceAll(',', ', '));
    const withMetadata = Buffer.concat([head, json, Buffer.alloc(0xa6 - json.length, ' '), image]);
    expect(decodeBinaryFrame(withMetadata)).toEqual({ kind: 'preview_with_metadata', metadata, image });
    expect(promptIdOfBinary(withMetadata)).toBe(metadata.prompt_id);
    expect(promptIdOfBinary(preview)).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['half a head', '00000001'],
    ['an unknown kind', '0000000900000001ff'],
    ['an unknown picture format', '0000000100000007ff'],
    ['a length beyond the end', '00000004ffffffff7b7d'],
    ['metadata that is not JSON', '00000004000000027b7bff'],
    ['metadata that is no object', '00000004000000046e756c6cff'],
    ['metadata without a prompt', '00000004000000027b7dff'],
  ])('that are broken are null: %s', (_what, hex) => {
    expect(decodeBinaryFrame(Buffer.from(hex, 'hex'))).toBeNull();
  });
});

describe('text frames', () => {
  it.each([
    '',
    'x',
    'null',
    '[]',
    '{}',
    '{"type":1,"data":{}}',
    '{"type":"status"}',
    '{"type":"a","data":null}',
  ])('that are broken are null: %s', (text) => {
    expect(decodeTextFrame(text)).toBeNull();
  });

  it('name their prompt where they do', () => {
    const promptOf = (text: string): unknown => {
      const event = decodeTextFrame(text);
      return event && promptIdOf(event);
    };
    expect(promptOf('{"type":"executing","data":{"node":null,"prompt_id":"a"}}')).toBe('a');
    expect(promptOf('{"type":"executing","data":{"node":"3"}}')).toBeNull();
    expect(promptOf('{"type":"custom","data":{"prompt_id":3}}')).toBeNull();
  });
});
