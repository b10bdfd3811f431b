import type { ComfyGraph, QueueItem } from '@app/comfyui';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineFolders } from '../storage/engine-folders.js';
import { filesInUse } from './files-in-use.js';

const itemOf = (graph: ComfyGraph): QueueItem => [0, 'id', graph, {}, []];
const loading = (image: string): ComfyGraph => ({
  '1': { class_type: 'LoadImage', inputs: { image, size: 3 } },
});

describe('filesInUse', () => {
  const folders = new EngineFolders('/engine');

  it('finds what the prompts load, from whichever folder', () => {
    const items = [itemOf(loading('photo-repair/a.png')), itemOf(loading('b.png [output]'))];
    expect([...filesInUse(items, folders)]).toEqual([
      resolve('/engine/input/photo-repair/a.png'),
      resolve('/engine/output/b.png'),
    ]);
  });

  it('passes over names that lead out of the folders, and links between nodes', () => {
    const graph = {
      ...loading('../../secret'),
      '2': { class_type: 'SaveImage', inputs: { images: ['1', 0] as [string, number] } },
    };
    expect(filesInUse([itemOf(graph)], folders).size).toBe(0);
  });
});
