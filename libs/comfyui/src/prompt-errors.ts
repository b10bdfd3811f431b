import { TaskFailure, type FailureCode } from '@app/contracts';
import type { ExecutionErrorData, HistoryEntry } from './protocol.js';

/**
 * How PyTorch and ComfyUI v0.27.1 say that memory ran out: torch.OutOfMemoryError since 2.5,
 * torch.cuda.OutOfMemoryError before; on a CPU a plain RuntimeError with the allocator's words.
 */
const OUT_OF_MEMORY =
  /out of memory|can't allocate memory|Allocation on device|ran out of memory on your GPU/i;

/** Pillow's words for a file that is no picture, or one that would unpack to a bomb. */
const NOT_A_PICTURE = /(UnidentifiedImageError|DecompressionBombError)$/;

/** Failures of a LoadImage node that say nothing about the picture. */
const NOT_THE_PICTURES_FAULT = /^(FileNotFoundError|PermissionError|MemoryError)$/;

/** The failure of a node, from `execution_error` on the socket or in the history. Never carries the traceback. */
export function failureFromExecutionError(data: Partial<ExecutionErrorData>): TaskFailure {
  const nodeId = text(data.node_id);
  const nodeType = text(data.node_type);
  const type = text(data.exception_type);
  const message = text(data.exception_message).trim();
  const said = [type, message].filter((part) => part !== '').join(': ') || 'no reason given';
  return new TaskFailure(
    executionErrorCode(nodeType, type, message),
    `${nodeType || 'A node'} (node ${nodeId || '?'}) failed: ${said}`.slice(0, 2000),
    nodeId === '' ? {} : { node: { id: nodeId, type: nodeType } },
  );
}

function executionErrorCode(nodeType: string, exceptionType: string, message: string): FailureCode {
  if (exceptionType.endsWith('OutOfMemoryError') || OUT_OF_MEMORY.test(message)) return 'out_of_memory';
  if (NOT_A_PICTURE.test(exceptionType)) return 'bad_image';
  const isLoader = nodeType.startsWith('LoadImage');
  return isLoader && !NOT_THE_PICTURES_FAULT.test(exceptionType) ? 'bad_image' : 'unknown';
}

/** The failure for a 400 of POST /prompt; reads whatever shape it has, older servers answer otherwise. */
export function failureFromRejection(body: unknown): TaskFailure {
  const fromNodes = failureFromNodeErrors(member(body, 'node_errors'));
  if (fromNodes) return fromNodes;
  const error = member(body, 'error');
  const parts = [text(member(error, 'message')), text(member(error, 'details'))];
  const said = parts.filter((part) => part !== '').join(' - ') || 'it did not say why';
  const node = nodeOfRejection(member(error, 'extra_info'), said);
  const message = `The engine refused the workflow: ${said}`.slice(0, 2000);
  return new TaskFailure('workflow_invalid', message, node && { node });
}

/** Before v0.12.0 a missing class is told in words only (v0.3.64). */
const MISSING_CLASS = /node (?<type>.+?) does not exist\.?(?: - Node ID '#(?<id>[^']+)')?/;

function nodeOfRejection(extra: unknown, said: string): { id: string; type: string } | undefined {
  const id = text(member(extra, 'node_id'));
  if (id !== '') return { id, type: text(member(extra, 'class_type')) };
  const words = MISSING_CLASS.exec(said)?.groups;
  return words?.['id'] === undefined ? undefined : { id: words['id'], type: words['type'] ?? '' };
}

/**
 * The failure for node errors in an answer to POST /prompt, 400 and 200 alike; null when there are none. The
 * picture is to blame only when it is the only complaint.
 */
export function failureFromNodeErrors(nodeErrors: unknown): TaskFailure | null {
  if (typeof nodeErrors !== 'object' || nodeErrors === null) return null;
  const complaints = Object.entries(nodeErrors).flatMap(([id, nodeError]: [string, unknown]) => {
    const reasons = member(nodeError, 'errors');
    const type = text(member(nodeError, 'class_type'));
    return (Array.isArray(reasons) ? reasons : [undefined]).map((reason: unknown) => ({
      node: { id, type },
      message: text(member(reason, 'message')) || 'Invalid',
      details: text(member(reason, 'details')),
    }));
  });
  const first = complaints[0];
  if (!first) return null;
  const isAboutImage = complaints.every(({ details }) => details.includes('Invalid image file'));
  const list = complaints.map(
    ({ node, message, details }) => `${node.type} (node ${node.id}): ${message}${details && ` - ${details}`}`,
  );
  return new TaskFailure(
    isAboutImage ? 'bad_image' : 'workflow_invalid',
    `The engine refused the workflow: ${list.join('; ')}`.slice(0, 2000),
    { node: first.node },
  );
}

/** True when the prompt ended by an interrupt; the history calls that an error too. */
export function wasInterrupted(entry: HistoryEntry): boolean {
  return entry.status.messages.some(([type]) => type === 'execution_interrupted');
}

/**
 * Why a finished prompt failed; null when it succeeded. One that was interrupted by somebody else is `unknown`:
 * neither photo nor workflow is to blame, and only the operator knows why.
 */
export function failureFromHistory(entry: HistoryEntry): TaskFailure | null {
  for (const [type, data] of entry.status.messages) {
    if (type === 'execution_error') return failureFromExecutionError(data);
  }
  if (wasInterrupted(entry))
    return new TaskFailure('unknown', 'Somebody interrupted the prompt in the engine');
  if (entry.status.status_str === 'success') return null;
  return new TaskFailure('unknown', 'The engine says that the prompt failed, and not why');
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
