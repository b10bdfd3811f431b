import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkWorkflows } from '../../../apps/cli/src/workflows/workflows.command.js';
import { startEngine, type TestEngine } from '../../support/engine.js';

describe('photo-repair workflows check', () => {
  let engine: TestEngine;
  let folder: string;
  let printed: string;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.remove());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'workflows-'));
    printed = '';
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        printed += String(text);
        return true;
      });
    }
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  it('lists the shipped types, and finds nothing wrong against the built-in engine', async () => {
    await checkWorkflows(resolve('workflows'), { engine: engine.url, json: false });
    expect(printed).toMatch(
      /^person +People \/ 人物 +size 460\.\.680, model \(4\) +DDColor人物黑白修复\.json$/m,
    );
    expect(printed).not.toContain('Note:');
  });

  it('tells the problems of all files at once, and those of the engine', async () => {
    await cp(resolve('workflows/upscale.json'), join(folder, 'good.json'));
    await cp(resolve('test/fixtures/workflows/4x upscale model.json'), join(folder, '4x.json'));
    await writeFile(join(folder, 'editor.json'), '{"nodes": [], "links": []}');
    await writeFile(join(folder, 'half.json'), '{"1": {');
    const checking = checkWorkflows(folder, { engine: engine.url, json: false });
    await expect(checking).rejects.toThrow(/^\d+ problem\(s\) in /);
    expect(printed).toMatch(/^good +good +scale 1\.5\.\.3 +good\.json$/m);
    expect(printed).toMatch(/^editor\.json: .*Export \(API\)/m);
    expect(printed).toMatch(/^half\.json: is not valid JSON/m);
    expect(printed).toMatch(/^4x\.json at \/5\/class_type: the engine has no node class UpscaleModelLoader/m);
  });

  it('prints JSON', async () => {
    await cp(resolve('workflows/upscale.json'), join(folder, 'good.json'));
    await writeFile(join(folder, 'half.json'), '{');
    await expect(checkWorkflows(folder, { json: true })).rejects.toThrow('1 problem(s)');
    expect(JSON.parse(printed)).toMatchObject({
      folder,
      types: [{ type: 'good', workflow: 'good.json' }],
      problems: [{ file: 'half.json', pointer: '' }],
      ignored: [],
    });
  });

  it.each([
    ['http://127.0.0.1:9', /127\.0\.0\.1:9/],
    ['not an address', /is the address of a ComfyUI/],
  ])('says when %s is no engine', async (url, message) => {
    await expect(checkWorkflows(resolve('workflows'), { engine: url, json: false })).rejects.toThrow(message);
  });
});
