import { encodeBinaryFrame, type ComfyEvent } from '@app/comfyui';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { ReplayEngine } from './replay-engine.js';
import type { Cut, ReplayPlan } from './replay-plan.js';
import type { Step } from './replay.js';

interface ReplaySocket {
  ws: WebSocket;
  clientId: string;
  isDeaf: boolean;
}

const OTHER = '0192f000-0000-7000-8000-0000000000ff';
const PICTURE = Buffer.from([0xff, 0xd8, 0xff, 0xe0]);

/** What others cause on our socket, and what a custom node may send. None of it is about our prompt. */
const NOISE: (string | Buffer)[] = [
  text('execution_interrupted', {
    prompt_id: OTHER,
    node_id: '3',
    node_type: 'X',
    executed: [],
    timestamp: 1,
  }),
  text('execution_success', { prompt_id: OTHER, timestamp: 1 }),
  text('executing', { node: null, prompt_id: OTHER }),
  text('executing', { node: '2' }),
  text('progress', { value: 1, max: 2, prompt_id: OTHER, node: '4' }),
  text('execution_error', { prompt_id: OTHER, node_id: '3', exception_type: 'torch.OutOfMemoryError' }),
  'no JSON',
  '{"type":"executing"}',
  text('some_custom_node', { anything: [1, 2] }),
  encodeBinaryFrame({ kind: 'preview', mediaType: 'image/jpeg', image: PICTURE }),
  encodeBinaryFrame({
    kind: 'preview_with_metadata',
    metadata: {
      node_id: '3',
      prompt_id: OTHER,
      display_node_id: '3',
      parent_node_id: null,
      real_node_id: '3',
      image_type: 'image/jpeg',
    },
    image: PICTURE,
  }),
  Buffer.from([0, 0, 0, 4, 0, 0, 255, 255, 1]),
];

/** The sockets of a replayed engine, with all that can go wrong between it and them. */
export class ReplaySockets {
  private readonly wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  private readonly sockets: ReplaySocket[] = [];
  private connections = 0;
  private framesSent = 0;
  private noiseSent = 0;

  constructor(
    private readonly engine: ReplayEngine,
    private readonly plan: ReplayPlan,
  ) {}

  onUpgrade(request: IncomingMessage, raw: Duplex, head: Buffer): void {
    const how = this.connections === 0 ? undefined : this.plan.reconnects[this.connections - 1];
    const isFirst = this.connections === 0;
    this.connections += 1;
    if (this.engine.isDown || how === 'refused') {
      raw.destroy();
      return;
    }
    raw.on('error', () => undefined);
    this.wss.handleUpgrade(request, raw, head, (ws) => {
      ws.on('error', () => undefined);
      const clientId = new URL(request.url ?? '', 'http://engine').searchParams.get('clientId') ?? '';
      const socket: ReplaySocket = { ws, clientId, isDeaf: how !== undefined };
      this.sockets.push(socket);
      if (how === 'silent') return;
      ws.send(this.status(clientId));
      // What ComfyUI sends to whoever comes back: which node runs, and not of which prompt.
      if (!isFirst && how === undefined) ws.send(text('executing', { node: '3' }));
    });
  }

  /** Sends a step to whom the engine would: `status` to all, what names our prompt to who submitted it. */
  send(step: Step, promptId: string): void {
    const frame = 'frame' in step ? JSON.stringify(step.frame) : binaryOf(step, promptId);
    const isOurs = 'frame' in step ? promptIdOf(step.frame) === promptId : true;
    for (const socket of this.sockets) {
      if (!isOurs || socket.clientId === this.engine.clientId) this.sendTo(socket, frame);
    }
    if (tellsFailure(step, promptId) && this.hears()) this.engine.failureWasSent = true;
    this.framesSent += 1;
    if (this.plan.noiseEvery > 0 && this.framesSent % this.plan.noiseEvery === 0) this.makeNoise();
  }

  sendStatus(): void {
    for (const socket of this.sockets) this.sendTo(socket, this.status());
  }

  /** Ends all connections, at this byte of this frame. */
  cut(step: Step | null, promptId: string, how: Cut): void {
    const frame = step && ('frame' in step ? JSON.stringify(step.frame) : binaryOf(step, promptId));
    if (step && how === 'after' && tellsFailure(step, promptId) && this.isOpen()) {
      this.engine.failureWasSent = true;
    }
    for (const { ws } of this.sockets.splice(0)) {
      const raw = (ws as unknown as { _socket: Duplex })._socket;
      const bytes = frame === null || how === 'before' ? Buffer.alloc(0) : wireBytes(frame);
      const part =
        how === 'header'
          ? bytes.subarray(0, 1)
          : bytes.subarray(0, how === 'after' ? bytes.length : bytes.length >> 1);
      raw.write(part, () => raw.destroy());
    }
  }

  halfOpen(): void {
    for (const socket of this.sockets) {
      socket.isDeaf = true;
      (socket.ws as unknown as { _autoPong: boolean })._autoPong = false;
    }
  }

  deafen(): void {
    for (const socket of this.sockets) socket.isDeaf = true;
  }

  close(): void {
    for (const { ws } of this.sockets) ws.terminate();
    this.wss.close();
  }

  private hears(): boolean {
    return this.sockets.some(({ clientId, isDeaf }) => clientId === this.engine.clientId && !isDeaf);
  }

  private isOpen(): boolean {
    return this.sockets.some(({ clientId }) => clientId === this.engine.clientId);
  }

  private makeNoise(): void {
    const noise = NOISE[this.noiseSent % NOISE.length]!;
    this.noiseSent += 1;
    for (const socket of this.sockets) this.sendTo(socket, noise);
  }

  private sendTo({ ws, isDeaf }: ReplaySocket, frame: string | Buffer): void {
    if (!isDeaf && ws.readyState === ws.OPEN) ws.send(frame);
  }

  private status(sid?: string): string {
    const status = { exec_info: { queue_remaining: this.engine.queueRemaining } };
    return text('status', { status, ...(sid !== undefined && { sid }) });
  }
}

function text(type: string, data: object): string {
  return JSON.stringify({ type, data });
}

function promptIdOf({ data }: ComfyEvent): string | undefined {
  return 'prompt_id' in data && typeof data.prompt_id === 'string' ? data.prompt_id : undefined;
}

function tellsFailure(step: Step, promptId: string): boolean {
  return 'frame' in step && step.frame.type === 'execution_error' && promptIdOf(step.frame) === promptId;
}

function binaryOf(step: Step, promptId: string): Buffer {
  if (!('binary' in step) || step.binary === 1) {
    return encodeBinaryFrame({ kind: 'preview', mediaType: 'image/jpeg', image: PICTURE });
  }
  const place = { node_id: '3', display_node_id: '3', parent_node_id: null, real_node_id: '3' };
  const metadata = { ...place, image_type: 'image/jpeg', ...step.metadata, prompt_id: promptId };
  return encodeBinaryFrame({ kind: 'preview_with_metadata', metadata, image: PICTURE });
}

/** A frame as a server puts it on the wire: unmasked, in one piece (RFC 6455, 5.2). */
function wireBytes(frame: string | Buffer): Buffer {
  const payload = Buffer.from(frame);
  const opcode = typeof frame === 'string' ? 0x81 : 0x82;
  if (payload.length < 126) return Buffer.concat([Buffer.from([opcode, payload.length]), payload]);
  const head = Buffer.alloc(4);
  head.writeUInt8(opcode, 0);
  head.writeUInt8(126, 1);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
