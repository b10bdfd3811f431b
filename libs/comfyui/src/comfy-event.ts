import { decodeBinaryFrame } from './binary-frame.js';
import type { ComfyEvent } from './protocol.js';

/**
 * Reads a text frame. Null for what is not a JSON object with a `type` and an object `data`: a frame of a custom
 * node must not end a prompt. Only the envelope is checked; readers of `data` must not rely on more than they check.
 */
export function decodeTextFrame(text: string): ComfyEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  if (!('type' in value) || typeof value.type !== 'string') return null;
  if (!('data' in value) || typeof value.data !== 'object' || value.data === null) return null;
  return value as ComfyEvent;
}

/** The prompt a frame speaks about; null for `status`, `feature_flags` and frames that name none. */
export function promptIdOf(event: ComfyEvent): string | null {
  return 'prompt_id' in event.data && typeof event.data.prompt_id === 'string' ? event.data.prompt_id : null;
}

/** The prompt a binary frame belongs to, where it says so. */
export function promptIdOfBinary(frame: Buffer): string | null {
  const decoded = decodeBinaryFrame(frame);
  return decoded?.kind === 'preview_with_metadata' ? decoded.metadata.prompt_id : null;
}
