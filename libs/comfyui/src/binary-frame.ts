/**
 * The binary WebSocket frames of ComfyUI: pictures of a step in progress, and text. Big-endian; the first four
 * bytes say which kind (1 preview, 3 text, 4 preview that names its node and prompt).
 */
export type BinaryFrame =
  /** Belongs to whatever runs: names neither prompt nor node. */
  | { kind: 'preview'; mediaType: 'image/jpeg' | 'image/png'; image: Buffer }
  | { kind: 'text'; nodeId: string; text: string }
  /** Replaces `preview` for a client that sent the feature flag `supports_preview_metadata`. */
  | { kind: 'preview_with_metadata'; metadata: PreviewMetadata; image: Buffer };

/** What a `preview_with_metadata` frame says about its picture. */
export interface PreviewMetadata {
  node_id: string;
  prompt_id: string;
  display_node_id: string;
  parent_node_id: string | null;
  real_node_id: string;
  image_type: string;
}

/**
 * Reads a binary frame; null for a frame that is cut short, of a kind we do not know, or whose metadata is not
 * an object naming a prompt. Never throws: a broken preview must not end a prompt. The image is a view into
 * `frame`, not a copy.
 */
export function decodeBinaryFrame(frame: Buffer): BinaryFrame | null {
  if (frame.length < 8) return null;
  const event = frame.readUInt32BE(0);
  const second = frame.readUInt32BE(4);
  if (event === 1) {
    if (second !== 1 && second !== 2) return null;
    return {
      kind: 'preview',
      mediaType: second === 1 ? 'image/jpeg' : 'image/png',
      image: frame.subarray(8),
    };
  }
  if (second > frame.length - 8) return null;
  const head = frame.toString('utf8', 8, 8 + second);
  const rest = frame.subarray(8 + second);
  if (event === 3) return { kind: 'text', nodeId: head, text: rest.toString('utf8') };
  if (event !== 4) return null;
  const metadata = parseMetadata(head);
  return metadata && { kind: 'preview_with_metadata', metadata, image: rest };
}

/** The frame a server sends; the inverse of `decodeBinaryFrame`. */
export function encodeBinaryFrame(frame: BinaryFrame): Buffer {
  if (frame.kind === 'preview') {
    return Buffer.concat([words(1, frame.mediaType === 'image/jpeg' ? 1 : 2), frame.image]);
  }
  if (frame.kind === 'text') {
    const nodeId = Buffer.from(frame.nodeId, 'utf8');
    return Buffer.concat([words(3, nodeId.length), nodeId, Buffer.from(frame.text, 'utf8')]);
  }
  const metadata = Buffer.from(JSON.stringify(frame.metadata), 'utf8');
  return Buffer.concat([words(4, metadata.length), metadata, frame.image]);
}

function words(first: number, second: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeUInt32BE(first, 0);
  buffer.writeUInt32BE(second, 4);
  return buffer;
}

function parseMetadata(json: string): PreviewMetadata | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  const isMetadata =
    typeof value === 'object' &&
    value !== null &&
    'prompt_id' in value &&
    typeof value.prompt_id === 'string' &&
    'node_id' in value &&
    typeof value.node_id === 'string';
  return isMetadata ? (value as PreviewMetadata) : null;
}
