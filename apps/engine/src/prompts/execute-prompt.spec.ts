import type { ComfyEvent, ComfyGraph } from '@app/comfyui';
import { beforeEach, describe, expect, it } from 'vitest';
import { NodeFailure } from '../nodes/node-failure.js';
import { createNodeRegistry } from '../nodes/node-registry.js';
import type { NodeDefinition, NodeRun } from '../nodes/node.js';
import { EngineFolders } from '../storage/engine-folders.js';
import { executePrompt, type ExecutionScope } from './execute-prompt.js';
import { NodeCache } from './node-cache.js';
import { PromptReporter } from './prompt-reporter.js';

const CLIENT = 'client';
const PICTURE = { data: new Uint8Array(3), width: 1, height: 1 };

/** Names of the nodes that ran, in order. */
let ran: string[] = [];

function fakeNode(className: string, work: (run: NodeRun) => void = () => {}): NodeDefinition {
  const isOutput = className.startsWith('Out');
  return {
    className,
    displayName: className,
    description: '',
    category: '',
    inputs: {
      name: { type: 'STRING', settings: { default: '' } },
      ...(className !== 'Source' && { image: { type: 'IMAGE' as const } }),
    },
    outputs: [{ name: 'image', type: 'IMAGE' }],
    isOutput,
    async execute(inputs, run) {
      ran.push(inputs.text('name'));
      if (className !== 'Source') expect(inputs.image('image')).toBe(PICTURE);
      work(run);
      return { outputs: [PICTURE], ...(isOutput && { ui: { images: [] } }) };
    },
  };
}

function node(class_type: string, name: string, from?: string): ComfyGraph[string] {
  return {
    class_type,
    inputs: { name, ...(from !== undefined && { image: [from, 0] as [string, number] }) },
  };
}

describe('executePrompt', () => {
  let scope: ExecutionScope;
  let events: ComfyEvent[];
  let controller: AbortController;

  beforeEach(() => {
    ran = [];
    events = [];
    controller = new AbortController();
    const stop = (reason: Error) => () => {
      throw reason;
    };
    scope = {
      registry: createNodeRegistry([
        fakeNode('Source'),
        fakeNode('Step'),
        fakeNode('Out'),
        fakeNode('Progress', (run) => run.onProgress(3, 10)),
        fakeNode('Bad', stop(new NodeFailure('ValueError', 'bad value'))),
        fakeNode('Bug', stop(new TypeError('secret /path'))),
        fakeNode('Interrupted', (run) => {
          controller.abort(new Error('interrupted'));
          run.signal.throwIfAborted();
        }),
        fakeNode('Deaf', () => controller.abort(new Error('interrupted'))),
      ]),
      folders: new EngineFolders('unused'),
      colouriser: { colouring: 'preview', colourise: async (image) => image, close: async () => {} },
      cache: new NodeCache(1_000_000),
    };
  });

  async function execute(graph: ComfyGraph, outputs: string[], clientId: string | undefined = CLIENT) {
    ran = [];
    events = [];
    const sink = { send: (event: ComfyEvent, to?: string) => void (to === clientId && events.push(event)) };
    const extraData = clientId === undefined ? {} : { client_id: clientId };
    const reporter = new PromptReporter([0, 'id', graph, extraData, outputs], sink);
    const execution = { reporter, signal: controller.signal, onNode: () => {} };
    const outcome = await executePrompt([0, 'id', graph, extraData, outputs], scope, execution);
    return { outcome, entry: reporter.historyEntry() };
  }

  const types = () => events.map((event) => event.type);
  const last = () => events.at(-1) as ComfyEvent;

  it.each([
    [0, 'kernel_size must be from 3 to 999, and is 0'],
    [1000, 'kernel_size must be from 3 to 999, and is 1000'],
  ])('refuses the number %i that came along a link and is out of range', async (value, text) => {
    const image: [string, number] = ['1', 0];
    const kernel_size: [string, number] = ['2', 0];
    const graph = {
      '1': node('Source', 'source'),
      '2': { class_type: 'PrimitiveInt', inputs: { value } },
      '3': { class_type: 'Morphology', inputs: { image, operation: 'open', kernel_size } },
      '4': node('Out', 'never', '3'),
    };
    expect((await execute(graph, ['4'])).outcome.state).toBe('error');
    expect(last()).toMatchObject({
      type: 'execution_error',
      data: { node_id: '3', exception_type: 'ValueError', exception_message: `${text}\n` },
    });
  });

  it('runs an output as soon as it can, so that its result survives another branch', async () => {
    const graph = {
      '1': node('Source', 'source'),
      '2': node('Bad', 'bad', '1'),
      '3': node('Out', 'never', '2'),
      '4': node('Out', 'kept', '1'),
    };
    const { outcome, entry } = await execute(graph, ['3', '4']);
    expect(ran).toEqual(['source', 'kept', 'bad']);
    expect(outcome.state).toBe('error');
    expect(Object.keys(entry.outputs)).toEqual(['4']);
    expect(last()).toMatchObject({
      type: 'execution_error',
      data: {
        node_id: '2',
        node_type: 'Bad',
        executed: ['1', '4'],
        exception_type: 'ValueError',
        exception_message: 'bad value\n',
        current_inputs: { name: ['bad'], image: ['IMAGE 1x1'] },
      },
    });
  });

  it('runs each node once, however many read it', async () => {
    const graph = {
      '1': node('Source', 'source'),
      '2': node('Step', 'left', '1'),
      '3': node('Step', 'right', '1'),
      '4': node('Out', 'out left', '2'),
      '5': node('Out', 'out right', '3'),
    };
    await execute(graph, ['4', '5']);
    expect(ran.toSorted()).toEqual(['left', 'out left', 'out right', 'right', 'source']);
  });

  it('takes from the cache by inputs and not by ids, and runs nothing upstream of that', async () => {
    await execute({ '1': node('Source', 's'), '2': node('Step', 'a', '1'), '3': node('Out', 'x', '2') }, [
      '3',
    ]);
    const renamed = { a: node('Source', 's'), b: node('Step', 'a', 'a'), c: node('Out', 'y', 'b') };
    await execute(renamed, ['c']);
    expect(ran).toEqual(['y']);
    expect(events.find((event) => event.type === 'execution_cached')?.data.nodes).toEqual(['a', 'b']);
    await execute(renamed, ['c']);
    expect(ran).toEqual([]);
    expect(types()).toEqual([
      'execution_start',
      'execution_cached',
      'executed',
      'progress_state',
      'execution_success',
    ]);
  });

  it('runs an output node again when its picture is needed, of which only the announcement was kept', async () => {
    await execute({ '1': node('Source', 's'), '2': node('Out', 'x', '1') }, ['2']);
    const graph = { '1': node('Source', 's'), '2': node('Out', 'x', '1'), '3': node('Out', 'y', '2') };
    const { outcome } = await execute(graph, ['2', '3']);
    expect([outcome.state, ran]).toEqual(['success', ['x', 'y']]);
  });

  it('does not cache a failure, and shows no text that it does not know', async () => {
    const graph = { '1': node('Source', 's'), '2': node('Bug', 'bug', '1'), '3': node('Out', 'x', '2') };
    await execute(graph, ['3']);
    const { outcome } = await execute(graph, ['3']);
    expect(ran).toEqual(['bug']);
    expect(outcome).toMatchObject({ state: 'error', cause: { message: 'secret /path' } });
    expect(JSON.stringify(events)).not.toContain('secret');
  });

  it('is interrupted inside a node that listens, and after one that does not', async () => {
    const inside = {
      '1': node('Source', 's'),
      '2': node('Interrupted', 'i', '1'),
      '3': node('Out', 'x', '2'),
    };
    expect((await execute(inside, ['3'])).outcome.state).toBe('interrupted');
    expect(last()).toMatchObject({ type: 'execution_interrupted', data: { node_id: '2', executed: ['1'] } });

    controller = new AbortController();
    const after = { '1': node('Source', 's'), '2': node('Deaf', 'd', '1'), '3': node('Out', 'x', '2') };
    const { entry } = await execute(after, ['3']);
    expect(last()).toMatchObject({ type: 'execution_interrupted', data: { node_id: '3', executed: ['2'] } });
    expect(entry.status).toMatchObject({ status_str: 'error', completed: false });
  });

  it('succeeds when the interrupt comes during the last node and that does not listen', async () => {
    scope = {
      ...scope,
      registry: createNodeRegistry([fakeNode('Source'), fakeNode('OutDeaf', () => controller.abort())]),
    };
    const { outcome } = await execute({ '1': node('Source', 's'), '2': node('OutDeaf', 'd', '1') }, ['2']);
    expect(outcome.state).toBe('success');
  });

  it('tells progress and leaves the node finished at its own maximum', async () => {
    const graph = { '1': node('Source', 's'), '2': node('Progress', 'p', '1'), '3': node('Out', 'x', '2') };
    await execute(graph, ['3']);
    expect(events.find((event) => event.type === 'progress')?.data).toEqual({
      value: 3,
      max: 10,
      prompt_id: 'id',
      node: '2',
    });
    const states = events.filter((event) => event.type === 'progress_state').at(-1)?.data.nodes;
    expect(states?.['2']).toMatchObject({ value: 10, max: 10, state: 'finished' });
  });

  it('tells everybody only the progress of a prompt without a client', async () => {
    const graph = { '1': node('Source', 's'), '2': node('Progress', 'p', '1'), '3': node('Out', 'x', '2') };
    const sent: [string, string | undefined][] = [];
    const sink = { send: (event: ComfyEvent, to?: string) => void sent.push([event.type, to]) };
    const item: Parameters<typeof executePrompt>[0] = [0, 'id', graph, {}, ['3']];
    const reporter = new PromptReporter(item, sink);
    await executePrompt(item, scope, { reporter, signal: controller.signal, onNode: () => {} });
    expect(new Set(sent.map(([type]) => type))).toEqual(new Set(['progress_state', 'progress']));
    expect(new Set(sent.map(([, to]) => to))).toEqual(new Set([undefined]));
    expect(Object.keys(reporter.historyEntry().outputs)).toEqual(['3']);
  });
});
