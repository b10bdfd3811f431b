import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { FakeComfy, gpu } from '../../support/fake-comfyui.js';
import { StartedEngines } from './started-engines.js';

const WARM = { ENGINE_WARM_UP: 'true', TASK_TYPES: 'person,building' };

describe('the warm-up of an engine', () => {
  let engine: TestEngine;

  beforeEach(async () => void (engine = await startEngine()));
  afterEach(() => engine.remove());

  const isWarm = (started: StartedEngines) => () => started.engine(engine.url).isInRotation;

  it('runs once for a model, before the first task, and leaves no picture in the output folder', async () => {
    engine.colouriser.hold();
    const started = StartedEngines.start([engine.url], WARM);
    await started.until(() => engine.colouriser.busy === 1);
    expect(started.gate.closedBecause).toContain('warms up');
    expect(started.gate.room).toEqual({ running: 0, ahead: 0 });
    engine.colouriser.release();
    await started.until(isWarm(started));
    expect(engine.colouriser.calls).toBe(1);
    // Types that share a model need it once.
    expect(started.engine(engine.url).loaded).toMatchObject({ model: 'ddcolor_modelscope.pth' });
    const output = await fetch(`${engine.url}/view?filename=warm-up_00001_.png&subfolder=photo-repair`);
    expect(output.status).toBe(404);
    const input = await fetch(`${engine.url}/view?filename=warm-up.png&subfolder=photo-repair&type=input`);
    expect(input.status).toBe(200);
  });

  it('runs again after a restart, not after a look that failed or a socket that was cut', async () => {
    const started = StartedEngines.start([engine.url], WARM);
    await started.until(isWarm(started));
    const { dir, port } = engine;
    started.engine(engine.url).client.resetSocket();
    started.engine(engine.url).wasSilent(new Error('a look that failed'));
    await started.until(isWarm(started));
    await started.until(() => started.engine(engine.url).client.isConnected);
    expect(engine.colouriser.calls).toBe(1);
    await engine.close();
    await started.until(() => started.gate.room.running === 0);
    engine = await startEngine({ dir, port });
    await started.until(isWarm(started), 25_000);
    expect(engine.colouriser.calls).toBe(1);
    expect(started.engine(engine.url).circuitState).toBe('closed');
  });

  it('of a restart between two looks is due as well', async () => {
    const started = StartedEngines.start([engine.url], WARM);
    await started.until(isWarm(started));
    const { dir, port } = engine;
    await engine.close();
    engine = await startEngine({ dir, port });
    await started.until(() => engine.colouriser.calls === 1, 25_000);
    await started.until(isWarm(started));
    expect(engine.colouriser.calls).toBe(1);
  });

  it('gives way to prompts of others, and the engine is used all the same', async () => {
    const comfy = await FakeComfy.start();
    comfy.queueRemaining = 1;
    const started = StartedEngines.start([comfy.url], WARM);
    await started.until(() => started.gate.closedBecause === null);
    expect(comfy.count('POST', /^\/prompt$/)).toBe(0);
    expect(started.gate.room).toEqual({ running: 0, ahead: 1 });
    expect(started.lines.join('')).toContain('in use and stays cold');
    expect(started.engines.views[0]).toMatchObject({ problems: [], loaded: null });
    await started.stop();
    await comfy.close();
  });

  it('that failed is told, and does not keep the engine out', async () => {
    const comfy = await FakeComfy.start();
    comfy.script = (prompt) => prompt.fail('6', 'RuntimeError', 'no kernel image is available');
    const started = StartedEngines.start([comfy.url], WARM);
    await started.until(() => started.gate.closedBecause === null);
    expect(started.engines.views[0]!.problems).toEqual([
      expect.stringMatching(/^its warm-up failed \(.*no kernel image is available/),
    ]);
    await started.stop();
    await comfy.close();
  });

  it('waits for GPU memory', async () => {
    const comfy = await FakeComfy.start();
    comfy.device = gpu({ heldByOthers: 0.9 });
    comfy.files.set('made.png', Buffer.from('a picture'));
    comfy.script = (prompt) => {
      prompt.output('12', 'made.png', 'temp');
      return prompt.succeed();
    };
    const started = StartedEngines.start([comfy.url], WARM);
    await started.until(() => comfy.count('GET', /system_stats/) > 2);
    expect(started.gate.closedCode).toBe('gpu_memory');
    expect(comfy.count('POST', /^\/prompt$/)).toBe(0);
    comfy.device = gpu({});
    await started.until(() => started.gate.closedBecause === null);
    expect(comfy.count('POST', /^\/prompt$/)).toBe(1);
    expect(started.engines.views[0]!.problems).toEqual([]);
    await started.stop();
    await comfy.close();
  });
});
