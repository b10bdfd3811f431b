import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startEngine } from '../../support/engine.js';
import { FakeComfy } from '../../support/fake-comfyui.js';
import { ddcolorNodes } from '../../support/fake-nodes.js';
import { StartedEngines } from './started-engines.js';

const WITHOUT_DDCOLOR = { ...ddcolorNodes(), DDColor_Colorize: undefined };

describe('an engine that lacks something', () => {
  let comfy: FakeComfy;

  beforeEach(async () => void (comfy = await FakeComfy.start()));
  afterEach(() => comfy.close());

  function lack(nodes: Record<string, object | undefined>): void {
    comfy.nodes = Object.fromEntries(
      Object.entries(nodes).flatMap(([name, info]) => (info ? [[name, info]] : [])),
    );
  }

  it('gets no task of a type whose node it does not have, and says which', async () => {
    lack(WITHOUT_DDCOLOR);
    const started = StartedEngines.start([comfy.url]);
    const engine = started.engine(comfy.url);
    await started.until(() => engine.problems.some((problem) => problem.startsWith('cannot run "person"')));
    expect(engine.problems).toEqual([expect.stringContaining('DDColor_Colorize')]);
    expect(started.gate.closedBecause).toContain('cannot run "person"');
    expect(started.gate.accepts('person')).toBe(false);
    expect(started.lines.join('')).toContain('DDColor_Colorize');
    expect(engine.view.problems).toEqual(engine.problems);
  });

  it('says so for a model that it does not have', async () => {
    lack(ddcolorNodes(['ddcolor_paper_tiny.pth']));
    const started = StartedEngines.start([comfy.url]);
    await started.until(() => started.gate.closedBecause?.includes('ddcolor_modelscope.pth') === true);
    expect(started.engine(comfy.url).can('person')).toBe(false);
  });

  it('is left to others for those types only', async () => {
    lack(WITHOUT_DDCOLOR);
    const engine = await startEngine();
    onTestFinished(() => engine.remove());
    const started = StartedEngines.start([comfy.url, engine.url]);
    await started.until(() => started.gate.closedBecause === null);
    const taken = [await started.take(), await started.take()];
    expect(taken.map((lane) => lane.engine.address)).toEqual([engine.url, engine.url]);
    expect(started.gate.room).toEqual({ running: 1, ahead: 1 });
  });

  it('is asked again when it comes back, and gets tasks where it has all by then', async () => {
    lack(WITHOUT_DDCOLOR);
    const started = StartedEngines.start([comfy.url]);
    await started.until(() => started.gate.closedBecause?.includes('cannot run') === true);
    const { port } = comfy;
    await comfy.close();
    await started.until(() => !started.engine(comfy.url).isReachable);
    comfy = await FakeComfy.start({ port });
    await started.until(() => started.gate.closedBecause === null);
    expect(started.engine(comfy.url).problems).toEqual([]);
  });

  it('that is built in has all that the shipped workflows for people and buildings need', async () => {
    const engine = await startEngine();
    onTestFinished(() => engine.remove());
    const started = await StartedEngines.startOpen([engine.url], { TASK_TYPES: 'person,building' });
    expect(started.engine(engine.url).problems).toEqual([]);
    const lane = await started.take('building');
    expect(lane.engine.nodes.get('DDColor_Colorize')).toMatchObject({ name: 'DDColor_Colorize' });
    expect(lane.engine.ref).toMatchObject({ name: 'built-in', colouring: 'preview' });
  });
});
