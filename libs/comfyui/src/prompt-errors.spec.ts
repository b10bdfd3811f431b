import { describe, expect, it } from 'vitest';
import {
  failureFromExecutionError,
  failureFromHistory,
  failureFromNodeErrors,
  failureFromRejection,
} from './prompt-errors.js';
import type { HistoryEntry } from './protocol.js';

describe('failureFromExecutionError', () => {
  it.each([
    ['torch.OutOfMemoryError', 'CUDA out of memory.', 'DDColor_Colorize', 'out_of_memory'],
    ['torch.cuda.OutOfMemoryError', '', 'DDColor_Colorize', 'out_of_memory'],
    ['RuntimeError', "DefaultCPUAllocator: can't allocate memory: you tried", 'X', 'out_of_memory'],
    ['torch.AcceleratorError', 'CUDA error: out of memory', 'X', 'out_of_memory'],
    ['RuntimeError', 'Allocation on device 0 would exceed', 'LoadImage', 'out_of_memory'],
    ['OSError', 'Truncated File Read\n', 'LoadImage', 'bad_image'],
    ['PIL.UnidentifiedImageError', 'cannot identify image file', 'LoadImage', 'bad_image'],
    ['UnidentifiedImageError', 'cannot identify image file', 'MyLoader', 'bad_image'],
    ['PIL.Image.DecompressionBombError', 'too many pixels', 'MyLoader', 'bad_image'],
    ['FileNotFoundError', '[Errno 2]', 'LoadImage', 'unknown'],
    ['FileNotFoundError', 'weights', 'DDColor_Colorize', 'unknown'],
    ['RuntimeError', 'Sizes of tensors must match', 'DDColor_Colorize', 'unknown'],
  ])('%s: %s in %s is %s', (exception_type, exception_message, node_type, code) => {
    const failure = failureFromExecutionError({ exception_type, exception_message, node_type, node_id: '6' });
    expect(failure).toMatchObject({ code, node: { id: '6', type: node_type } });
  });

  it('keeps the message without its trailing newline and leaves the traceback out', () => {
    const failure = failureFromExecutionError({
      node_id: '2',
      node_type: 'Probe',
      exception_type: 'ValueError',
      exception_message: 'bad value\n',
      traceback: ['File "/srv/x.py"'],
      current_inputs: { image: ['tensor'] },
    });
    expect(failure.toFailure()).toEqual({
      code: 'unknown',
      message: 'Probe (node 2) failed: ValueError: bad value',
      node: { id: '2', type: 'Probe' },
    });
  });

  it('copes with anything', () => {
    const long = failureFromExecutionError({ exception_message: 'x'.repeat(10_000) });
    expect(long.message).toHaveLength(2000);
    const odd = { node_id: 7, exception_type: null } as unknown as Parameters<
      typeof failureFromExecutionError
    >[0];
    expect(failureFromExecutionError(odd).toFailure()).toEqual({
      code: 'unknown',
      message: 'A node (node ?) failed: no reason given',
    });
  });
});

describe('failureFromRejection', () => {
  it('names a node that is not installed', () => {
    const failure = failureFromRejection({
      error: {
        type: 'missing_node_type',
        message: "Node 'DDColor' not found. The custom node may not be installed.",
        details: "Node ID '#2'",
        extra_info: { node_id: '2', class_type: 'DDColor-DDColorize', node_title: 'DDColor' },
      },
      node_errors: {},
    });
    expect(failure.toFailure()).toEqual({
      code: 'workflow_invalid',
      message:
        "The engine refused the workflow: Node 'DDColor' not found. The custom node may not be installed. - Node ID '#2'",
      node: { id: '2', type: 'DDColor-DDColorize' },
    });
  });

  it.each([undefined, null, 'text', [], {}, { error: 'x', node_errors: [] }, { node_errors: { '3': null } }])(
    'takes %j for an invalid workflow',
    (body) => {
      expect(failureFromRejection(body).code).toBe('workflow_invalid');
    },
  );
});

describe('failureFromNodeErrors', () => {
  const about = (details: string, class_type: string): unknown => ({
    errors: [{ type: 't', message: 'Bad', details, extra_info: {} }],
    dependent_outputs: ['4'],
    class_type,
  });

  it('has none for no errors', () => {
    expect(failureFromNodeErrors({})).toBeNull();
    expect(failureFromNodeErrors(undefined)).toBeNull();
  });

  it('blames the picture only when nothing else is wrong', () => {
    const picture = about('image - Invalid image file: a.png', 'LoadImage');
    expect(failureFromNodeErrors({ '1': picture })?.code).toBe('bad_image');
    const both = failureFromNodeErrors({ '1': picture, '3': about('width', 'Scale') });
    expect(both?.code).toBe('workflow_invalid');
    expect(both?.message).toContain('Scale (node 3): Bad - width');
  });
});

describe('failureFromHistory', () => {
  const entry = (status_str: string, ...messages: unknown[]): HistoryEntry =>
    ({ outputs: {}, status: { status_str, completed: false, messages } }) as unknown as HistoryEntry;

  it('tells success, error, interrupt and an error without a word apart', () => {
    expect(failureFromHistory(entry('success', ['execution_success', {}]))).toBeNull();
    const failed = entry('error', ['execution_error', { node_id: '6', exception_type: 'OutOfMemoryError' }]);
    expect(failureFromHistory(failed)?.code).toBe('out_of_memory');
    const interrupted = failureFromHistory(entry('error', ['execution_interrupted', {}]));
    expect(interrupted).toMatchObject({
      code: 'unknown',
      message: 'Somebody interrupted the prompt in the engine',
    });
    expect(failureFromHistory(entry('error'))?.code).toBe('unknown');
  });
});
