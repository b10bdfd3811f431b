import { runPrompt } from '@app/comfyui';
import { loadCatalog } from '@app/workflow-catalog';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Lane } from '../../../apps/worker/src/engines/engine-lanes.js';
import { startEngine, type TestEngine } from '../../support/engine.js';
import { StartedEngines } from './started-engines.js';

const PERSON = loadCatalog('workflows').get('person')!;

describe('lanes', () => {
  let engine: TestEngine;
  let photo: Buffer;

  beforeEach(async () => {
    photo = await readFile('test/fixtures/photos/grace-hopper.jpg');
    engine = await startEngine();
    engine.colouriser.hold();
  });
  afterEach(() => engine.remove());

  /** What a task does in its lane: resolves when the engine is done with its prompt. */
  async function work(lane: Lane): Promise<void> {
    const { client, nodes } = lane.engine;
    const promptId = randomUUID();
    const imageName = await client.upload(photo, `${promptId}.jpg`);
    const graph = PERSON.fill({ parameters: {}, imageName, outputPrefix: promptId, engine: nodes });
    await runPrompt(client, {
      graph,
      promptId,
      turn: lane.turn,
      outputNodeId: PERSON.outputNodeId,
      limits: { queuedMs: 30_000, runMs: 30_000, silentMs: 30_000 },
      onProgress: ({ stage }) => {
        if (stage === 'running') lane.started();
      },
      onLeft: () => lane.leave(),
    });
  }

  /** Whether its turn has come. */
  async function hasTurn({ turn }: Lane): Promise<boolean> {
    const later = new Promise<boolean>((resolve) => setImmediate(() => resolve(false)));
    return Promise.race([turn.then(() => true), later]);
  }

  describe('of two workers on one engine', () => {
    let one: StartedEngines;
    let two: StartedEngines;

    beforeEach(async () => {
      one = await StartedEngines.startOpen([engine.url]);
      two = await StartedEngines.startOpen([engine.url], { WORKER_LOOKAHEAD: '0' });
    });

    it('see within a moment that the other one uses it, and queue up behind', async () => {
      const running = work(await one.take());
      await two.until(() => two.gate.room.running === 0);
      expect(two.gate.room).toEqual({ running: 0, ahead: 1 });
      const behind = await two.take();
      expect(behind.isAhead).toBe(true);
      const waiting = work(behind);
      // Its own prompt is behind those of the other one, too, and still the one that runs is its own.
      await one.until(() => one.engine(engine.url).others === 1);
      expect(one.gate.room).toEqual({ running: 1, ahead: 1 });
      expect(await hasTurn(behind)).toBe(false);
      engine.colouriser.release();
      await behind.turn;
      await Promise.all([running, waiting]);
      await one.until(() => one.gate.room.running === 1 && two.gate.room.running === 1);
      expect(two.gate.room).toEqual({ running: 1, ahead: 0 });
    });

    it('get their turns by its own queue, so that neither starves', async () => {
      const order: string[] = [];
      const loop = async (name: string, worker: StartedEngines) => {
        for (let times = 0; times < 6; times++) {
          await work(await worker.take());
          order.push(name);
        }
      };
      engine.colouriser.release();
      await Promise.all([loop('one', one), loop('two', two)]);
      expect(engine.colouriser.calls).toBe(12);
      // Neither is more than a few tasks behind when the other has had all of its own.
      const lastOf = (name: string) => order.lastIndexOf(name);
      expect(Math.abs(lastOf('one') - lastOf('two'))).toBeLessThanOrEqual(4);
    });
  });

  describe('in one worker', () => {
    it('are one to run and one ahead, whose turn comes when the first has left', async () => {
      const started = await StartedEngines.startOpen([engine.url]);
      const [first, second] = [await started.take(), await started.take()];
      expect([first.isAhead, second.isAhead]).toEqual([false, true]);
      const done = [work(first), work(second)];
      await started.until(() => engine.colouriser.busy === 1);
      expect(await hasTurn(second)).toBe(false);
      expect(started.gate.room).toEqual({ running: 1, ahead: 1 });
      engine.colouriser.release();
      await second.turn;
      await Promise.all(done);
    });

    it('wait in order for a place, one at a time', async () => {
      const started = await StartedEngines.startOpen([engine.url], { WORKER_LOOKAHEAD: '0' });
      const first = await started.take();
      const given: number[] = [];
      const waiting = [1, 2, 3].map(async (n) => {
        const lane = await started.take();
        given.push(n);
        return lane;
      });
      first.leave();
      (await waiting[0]!).leave();
      const second = await waiting[1]!;
      expect(given).toEqual([1, 2]);
      second.leave();
      await waiting[2];
      expect(given).toEqual([1, 2, 3]);
    });

    it('are not ahead in one engine while another is free', async () => {
      const other = await startEngine();
      const started = await StartedEngines.startOpen([engine.url, other.url]);
      const lanes = [await started.take(), await started.take(), await started.take()];
      expect(lanes.map(({ isAhead }) => isAhead)).toEqual([false, false, true]);
      expect(new Set(lanes.slice(0, 2).map((lane) => lane.engine.address)).size).toBe(2);
      await started.stop();
      await other.remove();
    });

    it('go where the model is loaded, and to a cold engine before one that would lose its own', async () => {
      const others = [await startEngine(), await startEngine()];
      const urls = [engine.url, ...others.map(({ url }) => url)];
      const started = await StartedEngines.startOpen(urls, { TASK_TYPES: 'person,building' });
      started.engine(urls[0]!).succeeded('building');
      started.engine(urls[2]!).succeeded('person');
      const places = [];
      for (const type of ['person', 'building', 'building']) places.push(await started.take(type));
      expect(places.map((lane) => urls.indexOf(lane.engine.address))).toEqual([2, 0, 1]);
      await started.stop();
      await Promise.all(others.map((each) => each.remove()));
    });
  });
});
